using System.Diagnostics;
using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Training;
using Microsoft.ML.AdaMix.Training.Optimization;
using Microsoft.ML.AdaMix.Training.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.GpuCheck.Speed;

/// <summary>Where a step's time goes.</summary>
internal static class StepBreakdown
{
    private const int WarmUp = 3;
    private const int Steps = 7;

    public static BreakdownLine Measure(Plan plan, SpeedModel measured, TrainingRows rows, string shape, int batch, string method)
    {
        TunedClassifier model = measured.Classifier;
        TrainingSettings settings = SpeedModel.Settings(1, batch);
        using RandomDraws draws = RandomDraws.Create(model, settings);
        using AdamW optimizer = new(model.Parameters, settings.Optimizer.AdamW);
        ClassificationTask task = new(SpeedModel.Classes, 0);
        double[] sums = new double[5];
        int[][] batches = Batching.Shuffle(rows.Ids, batch, new Parameters.RandomSource(1));
        for (int step = -WarmUp; step < Steps; step++)
        {
            using DisposeScope scope = NewDisposeScope();
            int[] chosen = batches[(step + WarmUp) % batches.Length];
            int part = 0;
            plan.Synchronize();
            long start = Stopwatch.GetTimestamp();
            void Next()
            {
                plan.Synchronize();
                sums[part++] += step < 0 ? 0 : Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                start = Stopwatch.GetTimestamp();
            }

            EncoderBatch padded = model.Pad(rows.Ids, chosen);
            Tensor targets = tensor(rows.CopyTargets(chosen), chosen.Length, rows.TargetWidth, device: plan.Device);
            Next();
            Tensor Pass()
            {
                IExpertSelection experts = draws.Router.Draw(chosen.Length, padded.Length, plan.Device);
                return model.Forward(padded, model.Tuning.Bind(experts, draws.Dropout.Dropout), draws.Dropout);
            }

            StepLosses losses = Objective.Compute(task, Pass, targets, null, model.Mixture.ConsistencyWeight);
            Next();
            optimizer.ZeroGradients();
            losses.Total.backward();
            Next();
            optimizer.ClipGradients(1);
            Next();
            optimizer.Step(1e-4);
            Next();
            padded.Dispose();
        }

        double[] means = Array.ConvertAll(sums, sum => sum / Steps);
        return new BreakdownLine(
            shape, batch, method, $"{model.Encoder.Precision}", means[0], means[1], means[2], means[3], means[4]);
    }
}
