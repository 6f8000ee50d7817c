using Microsoft.ML.AdaMix.Tool.Reports;
using Microsoft.ML.AdaMix.Tool.Study;

namespace Microsoft.ML.AdaMix.Tool.Tests.Study;

[TestClass]
public sealed class TraceTests
{
    // Losses of 2 epochs of 4 steps; reports after steps 1, 3, 4, 6 and 8.
    private static readonly double[] Losses = [4, 3, 2, 1, 0.9, 0.7, 0.5, 0.3];
    private static readonly int[] Reported = [1, 3, 4, 6, 8];

    [TestMethod]
    public void A_trace_has_the_loss_of_every_step_however_often_progress_was_reported()
    {
        TrainingTrace trace = Record();
        CollectionAssert.AreEqual(Enumerable.Range(1, 8).ToArray(), trace.Steps.ToArray());
        AssertClose(Losses, trace.Losses);
        AssertClose([0.5, 0.6], trace.Validation);
        Assert.AreEqual(4, trace.StepsPerEpoch);
    }

    [TestMethod]
    public void The_loss_curve_keeps_the_sum_of_all_losses()
    {
        TrainingTrace trace = Record();
        foreach (int bins in new[] { 1, 2, 5, 7 })
        {
            (double[] steps, double[] losses) = LossCurve.Bin(trace, bins);
            Assert.AreEqual(Losses.Sum(), losses.Sum() * Losses.Length / bins, 1e-9);
            Assert.AreEqual(Losses.Length / 2.0, steps.Average(), 1e-9);
        }
    }

    [TestMethod]
    public void A_bin_that_is_an_epoch_has_the_epochs_mean_loss() => AssertClose([2.5, 0.6], LossCurve.Bin(Record(), 2).Losses);

    [TestMethod]
    public void Without_validation_there_is_no_trace()
    {
        TraceRecorder recorder = new();
        recorder.Add(Report(4, epochEnded: true, validation: null));
        Assert.IsNull(recorder.Trace());
    }

    [TestMethod]
    public void Of_several_rounds_a_trace_is_of_the_last()
    {
        TraceRecorder recorder = new();
        recorder.Add(Report(4, epochEnded: true, validation: 0.1, 9, 9, 9, 9));
        recorder.Add(Report(4, epochEnded: true, validation: 0.5, Losses[..4]) with { Round = 1, Rounds = 1 });
        TrainingTrace trace = recorder.Trace()!;
        AssertClose(Losses[..4], trace.Losses);
        AssertClose([0.5], trace.Validation);
    }

    private static TrainingTrace Record()
    {
        TraceRecorder recorder = new();
        int before = 0;
        foreach (int step in Reported)
        {
            bool epochEnded = step % 4 == 0;
            recorder.Add(Report(step, epochEnded: false, validation: null, Losses[before..step]));
            before = step;
            if (epochEnded)
            {
                recorder.Add(Report(step, epochEnded, validation: step == 4 ? 0.5 : 0.6));
            }
        }

        return recorder.Trace()!;
    }

    private static TrainingProgress Report(int step, bool epochEnded, double? validation, params double[] losses)
    {
        int start = (step - 1) / 4 * 4;
        return new TrainingProgress
        {
            Epoch = (start / 4) + 1,
            Epochs = 2,
            Step = step,
            Steps = 8,
            EpochEnded = epochEnded,
            Loss = Losses[start..step].Average(),
            ConsistencyLoss = 0,
            RowsPerSecond = 1,
            Elapsed = TimeSpan.Zero,
            Remaining = TimeSpan.Zero,
            TrainedParameters = 1,
            ValidationMetric = validation,
            StepLosses = Array.ConvertAll(losses, loss => (float)loss),
        };
    }

    private static void AssertClose(double[] expected, IReadOnlyList<double> actual)
    {
        Assert.HasCount(expected.Length, actual);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], actual[i], 1e-9);
        }
    }
}
