using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Training;
using Microsoft.ML.AdaMix.Training.Resuming;
using Microsoft.ML.AdaMix.Training.Tasks;
using Microsoft.ML.AdaMix.Wording;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.AdaMix.Trainers;

/// <summary>Says in ML.NET's log what is trained and how far it is, and passes progress on.</summary>
/// <param name="channel">The log.</param>
/// <param name="metric">What validation calls its metric.</param>
/// <param name="listener">Hears of progress too, or null.</param>
internal sealed class TrainingLog(IChannel channel, string metric, IProgress<TrainingProgress>? listener)
{
    /// <summary>
    /// How the lines begin that say from what a training goes on or starts, how many epochs and experts it takes, which words and
    /// temperature it found, how many masks there are, which rows it labels, and what a round takes.
    /// </summary>
    public static readonly string[] Beginnings =
        [GoesOnAfter, StartsFromWeights, Takes, WordsAtMask, SeveralMasks, CalibratedWith, Labels, SelfTrainingLog.Round];

    private const string GoesOnAfter = "Goes on after step ";
    private const string StartsFromWeights = "Starts from the weights of ";
    private const string Takes = "Takes ";
    private const string WordsAtMask = "Words found for the classes: ";
    private const string SeveralMasks = "The template has ";
    private const string Labels = "Labels ";
    private const string CalibratedWith = "Calibrated with temperature ";
    private const int MostClasses = 20;

    // Of a class; with fewer the words that stand out are those of these rows.
    private const int FewestRowsForWords = 10;

    private TrainingProgress? _last;

    /// <summary>Says how many experts there will be, where that follows from the steps and is fewer than it could be.</summary>
    /// <remarks>Where there are too few for one, <see cref="DataCheck.CheckSteps"/> says all of it.</remarks>
    /// <param name="channel">The log.</param>
    /// <param name="mixture">As the options have it.</param>
    /// <param name="steps">Of the whole training.</param>
    public static void SayExperts(IChannel channel, MixtureOptions mixture, long steps)
    {
        if (mixture.Experts is null && steps >= MixtureOptions.StepsAnExpert
            && mixture.WithExperts(steps).ExpertCount is var experts && experts < mixture.ExpertCount)
        {
            channel.Info(
                MessageSensitivity.None,
                $"{Takes}{Counts.Of(experts, "expert")} instead of {mixture.ExpertCount} for {Counts.Of(steps, "step")}, of which "
                + $"each wants {MixtureOptions.StepsAnExpert}. More Epochs allow more; Mixture.Experts sets a number.");
        }
    }

    /// <summary>Says how many epochs are taken where nobody set them and few rows want more than usual.</summary>
    /// <param name="channel">The log.</param>
    /// <param name="options">As they were given.</param>
    /// <param name="rows">Training rows.</param>
    public static void SayEpochs(IChannel channel, AdaMixOptions options, int rows)
    {
        if (options.Epochs is null && options.EpochsFor(rows) is var epochs && epochs > FewRows.UsualEpochs)
        {
            channel.Info(
                MessageSensitivity.None,
                $"{Takes}{Counts.Of(epochs, "epoch")} instead of {FewRows.UsualEpochs} for {Counts.Of(rows, "row")}, "
                + $"{Counts.Of(options.Steps(rows), "step")} in all. Epochs sets a number.");
        }
    }

    /// <summary>Says how strongly two passes have to agree, where nobody set it and few rows want more of it than usual.</summary>
    /// <param name="channel">The log.</param>
    /// <param name="options">As they were given.</param>
    /// <param name="rows">Training rows.</param>
    public static void SayConsistency(IChannel channel, AdaMixOptions options, int rows)
    {
        MixtureOptions mixture = options.EffectiveMixture;
        if (mixture.ConsistencyWeight is null && options.ConsistencyFor(rows) is var weight && weight > mixture.ConsistencyOrUsual)
        {
            string numbers = FormattableString.Invariant($"{weight} instead of {mixture.ConsistencyOrUsual}");
            channel.Info(
                MessageSensitivity.None,
                $"{Takes}a consistency of {numbers} for {Counts.Of(rows, "row")}. Mixture.ConsistencyWeight sets a number.");
        }
    }

    public void Begin(PreparedData data, TunedClassifier model, TuningMethod method, TrainingSettings settings)
    {
        Write($"Trains with {LibTorch.Describe()}.");
        string rows = $"{Counts.Of(data.Training.Count, "row")}, {data.Validation?.Count ?? 0} for validation";
        string size = $"{Counts.Of(model.Head.Outputs, "output")}, {Counts.Of(model.CountParameters(), "trained parameter")}";
        string where = FormattableString.Invariant($"seed {settings.Seed}, {model.Encoder.Device}, encoder in {model.Encoder.Precision}");
        string rate = FormattableString.Invariant($"learning rate {settings.Optimizer.LearningRate:g3}");
        Write($"{method} ({Counts.Of(model.Mixture.ExpertCount, "expert")}) on {data.Encoder.Name}: {rows}, {size}, {rate}, {where}.");
        if (settings.Dropout.SharesFrozenPart && model.Tuning.FrozenLayers is > 0 and var frozen)
        {
            long needed = FrozenStates.Needed(model, data.Training.Ids) >> 20;
            string kept = FormattableString.Invariant($"kept for later epochs up to {settings.FrozenCacheBytes >> 20} MiB of {needed} MiB");
            Write($"Nothing changes below layer {frozen}: it is computed once a step, and {kept}.");
        }
    }

    /// <summary>Says from where training goes on, where it does.</summary>
    public void GoesOn(TrainingCheckpoints? checkpoints, TrainingPlace place)
    {
        if (checkpoints?.Found is not { } found)
        {
            return;
        }

        string where = found.Place.IsFinished ? "nothing is left to train" : FormattableString.Invariant($"epoch {found.Place.Epoch}");
        Write($"{GoesOnAfter}{found.Place.Steps} ({where}), from '{checkpoints.Newest}'.");
        if (checkpoints.FoundPlace != place)
        {
            channel.Warning(
                MessageSensitivity.None,
                $"The training was begun on {checkpoints.FoundPlace!.Device} in {checkpoints.FoundPlace.Precision} and goes on on "
                + $"{place.Device} in {place.Precision}: it will not end with the bits of one run.");
        }
    }

    /// <summary>Says that pairs are trained first.</summary>
    public void TrainsPairs(int pairs) => Write($"Trains {Counts.Of(pairs, "pair")} of texts before the head starts.");

    /// <summary>Warns that there are none.</summary>
    public void HasNoPairs() => Warn(
        $"{nameof(AdaMixOptions.ContrastiveRounds)} has no effect: all training rows that count have one class, and pairs need two.");

    /// <summary>Passes on how far pairs are, and says it at the end.</summary>
    public void ReportPairs(TrainingProgress progress)
    {
        listener?.Report(progress);
        if (!progress.EpochEnded)
        {
            return;
        }

        Write($"Pairs: loss {progress.Loss:f4}, {progress.RowsPerSecond:f1} texts/s.");
        if (progress.Step < progress.Steps)
        {
            Warn(
                FormattableString.Invariant($"Pairs ended after {nameof(AdaMixOptions.MaxTrainingTime)}, at step {progress.Step} of ")
                + FormattableString.Invariant($"{progress.Steps}. No checkpoint is written: with more time training begins anew."));
        }
    }

    /// <summary>Says that the model labels rows, which takes its time.</summary>
    public void LabelsRows(int rows) => Write($"{Labels}{Counts.Of(rows, "row")} without a label.");

    /// <summary>Says that rows are read before training, which takes its time.</summary>
    public void ReadsForHead(int rows) => Write($"Starts the head as the linear discriminant of {Counts.Of(rows, "row")}.");

    /// <summary>Warns that those rows tell nothing.</summary>
    public void HeadIsRandom() => Warn(
        "The head starts from random weights: to the encoder all of these rows look the same. Are the texts in the column that "
        + $"{nameof(AdaMixOptions.TextColumnName)} names?");

    /// <summary>Says from which weights training starts.</summary>
    public void StartsFrom(string path, string head) => Write($"{StartsFromWeights}'{path}'; {head}.");

    /// <summary>Says how many masks there are where a given word has several tokens.</summary>
    public void SayMasks(ClassWords words)
    {
        if (words.Masks > 1)
        {
            Write($"{SeveralMasks}{words.Masks} masks in place of one, because {Quoted.Of(words.Longest)} has {words.Masks} tokens.");
        }
    }

    /// <summary>Says which words stand for the classes where they were found from the rows, and warns where these are few.</summary>
    public void FoundWords(PreparedData data)
    {
        string[] words = data.Text.Template!.Words;
        string[] classes = data.Labels.Names
            ?? [.. Enumerable.Range(0, words.Length).Select(label => FormattableString.Invariant($"{label}"))];
        IEnumerable<string> told = classes.Zip(words, (name, found) => $"{name} = {found}").Take(MostClasses);
        Write($"{WordsAtMask}{string.Join(", ", told)}{(classes.Length > MostClasses ? ", ..." : string.Empty)}.");
        float[] targets = data.Training.Targets;
        (int fewest, int label) = classes.Select((_, index) => (targets.Count(target => (int)target == index), index)).Min();
        if (fewest < FewestRowsForWords)
        {
            Warn(
                $"The words were found from few rows ({Counts.Of(fewest, "row")} of class {Quoted.Of(classes[label])}) and may say little; "
                + "words of your own are mostly better (Template.Verbalizers).");
        }
    }

    /// <summary>Says that training ended before its last step.</summary>
    /// <param name="longest">After how long.</param>
    /// <param name="isRound">Whether there is a model from before, which is kept.</param>
    /// <param name="goesOn">Whether there is a checkpoint.</param>
    public void RanOutOfTime(TimeSpan longest, bool isRound, bool goesOn) => Warn(
        FormattableString.Invariant($"Training ended after {nameof(AdaMixOptions.MaxTrainingTime)} = {longest}, ")
        + FormattableString.Invariant($"at step {_last?.Step} of {_last?.Steps}")
        + (isRound ? " of the round." : "; the model is the best so far.")
        + (goesOn ? " With more time it goes on from its checkpoint." : string.Empty));

    /// <summary>Says by which temperature the head was divided and what speaks against it, or that no rows were left to fit it.</summary>
    public void Calibrated(FittedTemperature? temperature)
    {
        const string Option = nameof(AdaMixOptions.CalibrateProbabilities);
        if (temperature is not { Rows: var rows } fitted)
        {
            Warn($"{Option} has no effect: no validation rows were left to fit a temperature on.");
            return;
        }

        string losses = FormattableString.Invariant($"log loss {fitted.LossAfter:f3} nats, before {fitted.LossBefore:f3}");
        Write($"{CalibratedWith}{fitted.Value:g3} on {Counts.Of(rows, "validation row")} ({losses}).");
        string bound = FormattableString.Invariant($"{Option} stopped at the temperature {fitted.Value}, ");
        if (fitted.IsLowest)
        {
            Warn(
                bound + "the lowest that is tried: the validation rows are as good as all right and do not tell how sure the model may be. "
                + "Its probabilities are close to 0 and 1, and may promise too much.");
        }
        else if (fitted.IsHighest)
        {
            Warn(bound + "the highest that is tried: on the validation rows the model is no better than chance.");
        }

        if (rows < FittedTemperature.FewestRows)
        {
            Warn(
                $"{Option} had {Counts.Of(rows, "validation row")} to fit a temperature on, where {FittedTemperature.FewestRows} or more "
                + "are wanted: on other rows the probabilities may be worse with it than without.");
        }
    }

    public void Warn(string warning) => channel.Warning(MessageSensitivity.None, warning);

    public void Report(TrainingProgress progress)
    {
        _last = progress;
        listener?.Report(progress);
        if (progress.EpochEnded)
        {
            string validation = progress.ValidationMetric is { } value
                ? FormattableString.Invariant($", validation {metric} {value:f4}, loss {progress.ValidationLoss:f4}")
                : string.Empty;
            string losses = FormattableString.Invariant($"loss {progress.Loss:f4}, consistency {progress.ConsistencyLoss:f4}");
            string speed = FormattableString.Invariant($"{progress.RowsPerSecond:f1} rows/s, {progress.Remaining.TotalSeconds:f0} s left");
            Write($"Epoch {progress.Epoch}/{progress.Epochs}: {losses}{validation}, {speed}.");
        }
    }

    private void Write(FormattableString message) => channel.Info(MessageSensitivity.None, FormattableString.Invariant(message));
}
