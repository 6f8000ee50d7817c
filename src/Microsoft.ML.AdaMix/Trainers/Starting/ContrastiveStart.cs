using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Training;
using Microsoft.ML.AdaMix.Training.Contrastive;

namespace Microsoft.ML.AdaMix.Trainers.Starting;

/// <summary>Trains what is tuned on pairs of the training rows, so that a new head finds the classes apart.</summary>
/// <param name="rounds">How often each row begins a pair of its class and one with another class.</param>
/// <param name="settings">How training goes; pairs are trained likewise.</param>
/// <param name="log">Hears of it.</param>
/// <param name="checkCanceled">Called before every step.</param>
internal sealed class ContrastiveStart(int rounds, TrainingSettings settings, TrainingLog log, Action checkCanceled)
{
    /// <summary>Whether pairs were left when the longest time was over.</summary>
    public bool RanOutOfTime { get; private set; }

    /// <summary>Pairs of the rows that count, by their first windows; none where all have one class.</summary>
    public SentencePair[] Pairs(TrainingRows rows)
    {
        int[] counting = [.. Enumerable.Range(0, rows.Count).Where(row => rows.Weights is null || rows.Weights[row] > 0)];
        int[] classes = Array.ConvertAll(counting, row => (int)rows.Targets[row]);
        if (classes.Distinct().Count() < 2)
        {
            return [];
        }

        int[] sequences = Array.ConvertAll(counting, row => rows.Ids.Windows([row]).Sequences[0]);
        return Array.ConvertAll(
            SentencePairs.Draw(classes, rounds, int.MaxValue, RandomSource.For(settings.Seed, "pairs")),
            pair => pair with { First = sequences[pair.First], Second = sequences[pair.Second] });
    }

    /// <summary>What enters the first tuned layer, where it does not change, of which nothing is kept.</summary>
    /// <remarks>A text stands in several parts of a step, and what is kept would have the bits of whichever came first.</remarks>
    public static FrozenStates? Below(TunedClassifier model, TokenTable rows, TrainingSettings settings) =>
        FrozenStates.Open(model, rows, settings with { FrozenCacheBytes = 0 });

    /// <summary>Trains in place.</summary>
    /// <returns>How long it took; null where there are no pairs.</returns>
    public TimeSpan? Apply(TunedClassifier model, TrainingRows rows, OperatorThreads threads)
    {
        SentencePair[] pairs = Pairs(rows);
        if (pairs.Length == 0)
        {
            log.HasNoPairs();
            return null;
        }

        log.TrainsPairs(pairs.Length);
        Router router = Router.For(model.Mixture, model.Encoder.Config.Layers, RandomSource.For(settings.Seed, "routing of pairs"));
        ClassifierVectors vectors = new(model, settings, router, Below(model, rows.Ids, settings));
        ContrastiveSettings ofPairs = new(settings.BatchSize, settings.Optimizer)
        {
            MicroBatchSize = settings.MicroBatchSize,
            MaxTime = settings.MaxTime,
        };
        ContrastiveTraining training = new(
            vectors, ofPairs, RandomSource.For(settings.Seed, "dropout of pairs"),
            report => log.ReportPairs(report with { Epoch = 0, Epochs = settings.Epochs, TrainsPairs = true }), checkCanceled);
        TimeSpan time = training.Run(rows.Ids, pairs, threads);
        RanOutOfTime = training.RanOutOfTime;
        return time;
    }
}
