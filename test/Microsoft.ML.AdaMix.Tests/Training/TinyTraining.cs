using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Tests.Methods;
using Microsoft.ML.AdaMix.Tests.Networks;
using Microsoft.ML.AdaMix.Tokenization;
using Microsoft.ML.AdaMix.Training;
using Microsoft.ML.AdaMix.Training.Optimization;
using Microsoft.ML.AdaMix.Training.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Tests.Training;

/// <summary>Training on the tiny reference encoder, step by step or whole, on random rows.</summary>
internal static class TinyTraining
{
    public const int Seed = 5;

    /// <summary>Labels of the rows, whatever the reference numbers have.</summary>
    public const int Outputs = 3;

    public static TrainingSettings Settings(double dropout = 0) =>
        new(3, 8, Seed, new OptimizerSettings(3e-3, 0.1, 1, new AdamWSettings(0.9, 0.98, 1e-8, 0.1)), new DropoutRates(dropout, dropout));

    /// <summary>Rows of 2 to 12 tokens, with targets of the given width made by a function of row and place.</summary>
    public static TrainingRows Rows(int count, Func<int, int, float> target, int width = 1, bool weighted = false)
    {
        RandomSource random = new(17);
        TokenIds[] ids = [.. Enumerable.Range(0, count).Select(
            _ => new TokenIds([.. Enumerable.Range(0, 2 + random.Next(11)).Select(_ => 4 + random.Next(40))], 99))];
        return new TrainingRows(
            TokenTables.Create(ids),
            [.. Enumerable.Range(0, count).SelectMany(row => Enumerable.Range(0, width).Select(place => target(row, place)))],
            weighted ? [.. Enumerable.Range(0, count).Select(row => 0.25f + (row % 5))] : null);
    }

    public static TrainingRows Classes(int count, bool weighted = false) => Rows(count, (row, _) => row % Outputs, weighted: weighted);

    /// <summary>The model with weights as far from their start as trained ones are.</summary>
    public static ReferenceModel Model(TuningMethod method, MixtureOptions mixture, ModelPlace? place = null) =>
        RandomModel.Create(
            method, mixture, distance: method is FullFineTuning or BitFitTuning ? 0.02 : 0.1, place: place, outputs: Outputs);

    /// <summary>Losses and gradients of one step, from the same routes and masks each time; none for what has no gradient.</summary>
    public static (float[] Losses, Dictionary<string, float[]> Gradients) Gradients(
        ReferenceModel model, ITrainingTask task, TrainingRows rows, TrainingSettings settings, FrozenStates? below = null,
        int? threads = null, int lengthMultiple = 1, MixtureStep? step = null,
        int skippedRoutes = 0, WindowCombination combination = default)
    {
        using DisposeScope scope = NewDisposeScope();
        RandomDraws draws = new(
            Router.For(model.Mixture, model.Loaded.Config.Layers, new RandomSource(7)), new RandomSource(7), new RandomSource(8));
        for (int route = 0; route < skippedRoutes; route++)
        {
            draws.Router.DrawRoutes();
        }

        using FlatParameters parameters = new(model.Classifier.Parameters, model.Classifier.Encoder.States);
        using OperatorThreads operators = OperatorThreads.Open(CPU, threads);
        TunedClassifier classifier = model.Classifier with { LengthMultiple = lengthMultiple, Combination = combination };
        using StepGradients found = new BatchGradients(classifier, parameters, task, settings, draws, rows, below, operators)
            .Compute([.. Enumerable.Range(0, rows.Count)], step ?? new MixtureStep(model.Mixture.ConsistencyOrUsual));
        Tensor[] apart = found.Values.split(parameters.Sizes);
        return (
            found.Losses.ToArray(),
            Enumerable.Range(0, apart.Length).ToDictionary(
                index => parameters.Parameters[index].Name, index => found.Found[index] ? apart[index].ToArray() : [],
                StringComparer.Ordinal));
    }

    /// <summary>A whole training: the losses of all steps and the trained weights.</summary>
    public static (float[] Losses, Dictionary<string, float[]> Weights) Train(
        ReferenceModel model, TrainingRows rows, TrainingSettings settings, TrainingRows? validation = null, int? threads = null)
    {
        List<float> losses = [];
        using OperatorThreads operators = OperatorThreads.Open(CPU, threads);
        TrainingLoop loop = new(
            model.Classifier, new ClassificationTask(Outputs, 0), settings, operators, progress => losses.AddRange(progress.StepLosses),
            () => { });
        loop.Run(rows, validation);
        return ([.. losses], model.Classifier.Parameters.ToDictionary(
            parameter => parameter.Name, parameter => parameter.Value.ToArray(), StringComparer.Ordinal));
    }
}
