using System.Diagnostics;
using Microsoft.ML.AdaMix.Benchmarks.Training;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Training;
using Microsoft.ML.AdaMix.Training.Tasks;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.GpuCheck.Speed;

/// <summary>Rows a second of the training loop, for each shape, precision, method and batch.</summary>
internal sealed class SpeedRun(Plan plan, Report report, TrainingRows rows)
{
    // Epochs enough never to end within a measurement.
    private const int Epochs = 10_000;

    private readonly double _tokens = (double)rows.Ids.Tokens / rows.Count;

    public void Run()
    {
        ScalarType[] precisions = [ScalarType.BFloat16, ScalarType.Float32];
        Dictionary<ScalarType, double> peaks = precisions.ToDictionary(type => type, type => MatrixWork.Peak(plan, type));
        foreach ((ScalarType type, double peak) in peaks)
        {
            report.Add(new PeakLine($"{type}", peak / 1e12));
        }

        foreach ((string shape, Func<LoadedEncoder> create) in Shapes())
        {
            if (plan.Left < TimeSpan.Zero)
            {
                report.Add(new SkippedLine($"speed, {shape}", "out of time"));
                continue;
            }

            LoadedEncoder loaded = create();
            foreach (ScalarType precision in precisions)
            {
                using FrozenEncoder encoder = new(loaded, plan.Device, precision, MachinePrecision.States(precision, plan.Device));
                foreach (string method in Methods(precision))
                {
                    Measure(shape, loaded, encoder, method, peaks[precision]);
                }
            }
        }
    }

    private IEnumerable<(string Shape, Func<LoadedEncoder> Create)> Shapes() => plan.IsTrial
        ? [("tiny", () => MeasuredEncoders.Random("tiny", hidden: 64, layers: 2))]
        : plan.Quick
            ? [("base", MeasuredEncoders.Base), ("large", MeasuredEncoders.Large)]
            : [("base", MeasuredEncoders.Base), ("large", MeasuredEncoders.Large), ("mini", MeasuredEncoders.Mini)];

    // The peers train LoRA and everything in bfloat16 only.
    private string[] Methods(ScalarType precision) =>
        plan.Quick && precision == ScalarType.Float32 ? ["adamix"] : ["adamix", "lora", "full"];

    private void Measure(string shape, LoadedEncoder loaded, FrozenEncoder encoder, string method, double peak)
    {
        using SpeedModel model = new(loaded, encoder, method);
        foreach (int batch in plan.IsTrial ? (int[])[4] : [16, 64])
        {
            string name = $"{shape}, {method}, {encoder.Precision}, batch {batch}";
            if (plan.Left < TimeSpan.Zero)
            {
                report.Add(new SkippedLine($"speed, {name}", "out of time"));
                continue;
            }

            report.Check($"{name}: trains", () =>
            {
                (double speed, int steps, double loss) = Measure(model, batch);
                double share = speed * _tokens / peak
                    * StepFlops.OfToken(encoder.Config, passes: method == "adamix" ? 2 : 1, trainsMatrices: method == "full");
                report.Add(new SpeedLine(shape, batch, method, $"{encoder.Precision}", speed, steps, share, loss));
                report.Add(StepBreakdown.Measure(plan, model, rows, shape, batch, method));
            });
        }
    }

    // The loop asks before each step whether it is to stop: there the clock is started and read.
    private (double RowsPerSecond, int Steps, double Loss) Measure(SpeedModel model, int batch)
    {
        long begun = Stopwatch.GetTimestamp();
        long start = 0;
        int steps = 0;
        int first = 0;
        double loss = double.NaN;
        double speed = double.NaN;
        void BeforeStep()
        {
            if (start == 0 && steps >= plan.WarmUpSteps && Stopwatch.GetElapsedTime(begun) > plan.Measurement / 3)
            {
                plan.Synchronize();
                (start, first) = (Stopwatch.GetTimestamp(), steps);
            }
            else if (start != 0 && Stopwatch.GetElapsedTime(start) > plan.Measurement * 2 / 3)
            {
                plan.Synchronize();
                speed = (steps - first) * batch / Stopwatch.GetElapsedTime(start).TotalSeconds;
                throw new OperationCanceledException();
            }

            steps++;
        }

        try
        {
            using OperatorThreads threads = OperatorThreads.Open(plan.Device);
            new TrainingLoop(
                model.Classifier, new ClassificationTask(SpeedModel.Classes, 0), SpeedModel.Settings(Epochs, batch), threads,
                progress => loss = progress.Loss, BeforeStep).Run(rows, null);
        }
        catch (OperationCanceledException)
        {
            // Measured.
        }

        return (speed, steps - first, loss);
    }
}
