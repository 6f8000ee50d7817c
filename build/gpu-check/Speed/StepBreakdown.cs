using System.Diagnostics;
using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Parameters;
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
    public static BreakdownLine Measure(Plan plan, SpeedModel trained, TrainingRows rows, string shape, int batch, string method)
    {
        TunedClassifier model = trained.Classifier;
        TrainingSettings settings = SpeedModel.Settings(1, batch);
        RandomDraws draws = RandomDraws.Create(model, settings);
        using FlatParameters parameters = new(model.Parameters, model.Encoder.States);
        using AdamW optimizer = new(parameters, settings.Optimizer.AdamW);
        ClassificationTask task = new(SpeedModel.Classes, 0);
        int passes = model.Mixture.ConsistencyOrUsual > 0 ? 2 : 1;
        int measured = plan.IsTrial ? 1 : 8;
        double[] sums = new double[5];
        int[][] batches = Batching.Shuffle(rows.Ids, batch, new RandomSource(1));
        for (int step = -plan.WarmUpSteps; step < measured; step++)
        {
            using DisposeScope scope = NewDisposeScope();
            int[] chosen = batches[(step + plan.WarmUpSteps) % batches.Length];
            int part = 0;
            plan.Synchronize();
            long start = Stopwatch.GetTimestamp();
            void Next()
            {
                plan.Synchronize();
                sums[part++] += step < 0 ? 0 : Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                start = Stopwatch.GetTimestamp();
            }

            using EncoderBatch padded = model.Pad(rows.Ids, chosen, passes);
            Tensor targets = tensor(rows.CopyTargets(chosen), chosen.Length, rows.TargetWidth).ToDevice(plan.Device);
            IExpertSelection experts = draws.Router.Draw(passes, chosen.Length, padded.Length)
                .Rows(0, chosen.Length, padded.Length, plan.Device);
            Next();
            using Dropout masks = new(
                draws.Keys(passes * chosen.Length), plan.Device, EncoderDropout.WordsOfPass(model.Encoder.Config, padded.Length));
            EncoderDropout dropout = new(masks, settings.Dropout.Hidden, settings.Dropout.Attention);
            Tensor[] apart = model.Forward(padded, model.Tuning.Bind(experts, masks), dropout)
                .to_type(ScalarType.Float32).chunk(passes, 0);
            StepLosses losses = Objective.Compute(
                task, apart[0], apart.ElementAtOrDefault(1), targets, null, model.Mixture.ConsistencyOrUsual);
            Next();
            Tensor?[] found = Gradients.Of(losses.Total, parameters.Leaves());
            Tensor gradients = parameters.Join(found);
            Next();
            GradientClipping.Clip(gradients, settings.Optimizer.MaxGradientNorm);
            Next();
            optimizer.Step(gradients, Array.ConvertAll(found, gradient => gradient is not null), settings.Optimizer.LearningRate);
            Next();
        }

        double[] means = Array.ConvertAll(sums, sum => sum / measured);
        return new BreakdownLine(
            shape, batch, method, $"{model.Encoder.Precision}", means[0], means[1], means[2], means[3], means[4]);
    }
}
