using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Wording;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.AdaMix.Reading;

/// <summary>Warns of rows that are not whole or too few, and refuses data from which nothing can be learned.</summary>
internal static class DataCheck
{
    // Fewer rows are a try.
    private const int FewestRowsToDoubt = 10;

    /// <exception cref="InvalidOperationException">There is no row, all rows have the same class, or all weights are 0.</exception>
    public static void Check(TrainingData data, TextTask task, AdaMixOptions options, IChannel channel)
    {
        if (data.Unlabelled is null && data.WithoutLabel > 0)
        {
            string rows = Counts.Of(data.WithoutLabel, "row has", "rows have");
            channel.Warning(
                MessageSensitivity.None,
                $"{rows} no label in column '{options.LabelColumnName}' and {(data.WithoutLabel == 1 ? "does" : "do")} not train.");
        }

        if (data.WithoutText > 0)
        {
            string rows = Counts.Of(data.WithoutText, "row has", "rows have");
            channel.Warning(
                MessageSensitivity.None, $"{rows} no text in column '{options.TextColumnName}'; what is missing trains as an empty text.");
        }

        if (data.Ids.Count == 0)
        {
            throw new InvalidOperationException(
                $"There is no row with a label in column '{options.LabelColumnName}'; nothing can be trained.");
        }

        // Regression says so itself, and labels may all be there or all be missing.
        if (task is TextTask.Multiclass or TextTask.Binary && data.Targets.Distinct().Count() < 2)
        {
            throw new InvalidOperationException(
                (data.Ids.Count == 1 ? "The only row has a" : $"All {data.Ids.Count} rows have the same")
                + $" class in label column '{options.LabelColumnName}'; at least two classes are needed.");
        }

        if (task == TextTask.Multiclass)
        {
            WarnOfSingleRows(data.Targets, options.LabelColumnName, channel);
        }

        if (data.Weights is { } weights && weights.All(weight => weight == 0))
        {
            throw new InvalidOperationException(
                $"All weights in column '{options.ExampleWeightColumnName}' are 0; nothing can be trained.");
        }
    }

    /// <summary>Says how many texts are longer than what is read of them, and how much they lose.</summary>
    public static void CheckLengths(TokenTable rows, string called, RowTokenizer tokenizer, IChannel channel)
    {
        if (rows.CutRows == 0)
        {
            return;
        }

        CutTexts cut = new()
        {
            Texts = rows.Count,
            Cut = rows.CutRows,
            BeyondWindows = tokenizer.Input.Windows is null ? 0 : rows.RowsBeyond,
            HalvedPairs = rows.HalvedPairs,
            ShareOfTokens = rows.CutTokens / (double)(rows.ReadTokens + rows.CutTokens),
            MaxLength = tokenizer.MaxLength,
            MaxWindows = tokenizer.Input.Windows?.Most ?? 1,
        };
        string longer =
            $"A MaxLength of more than {tokenizer.Input.MaxLength}, up to {tokenizer.Limit}, reads more of them and takes longer";
        string remedy = tokenizer.Input.Windows switch
        {
            { Combine: WindowCombination.First } => "LongTexts.Combine reads their first window alone; any other one reads the rest.",
            { } windows => OfWindows(cut, windows, tokenizer),
            null when tokenizer.Input.Template is not null => tokenizer.Input.MaxLength < tokenizer.Limit
                ? longer + "." : "The encoder reads no more.",
            null => tokenizer.Input.MaxLength < tokenizer.Limit
                ? $"{longer}; LongTexts reads them in windows, up to LongTexts.MaxWindows of a text."
                : "The encoder reads no more at once; LongTexts reads them in windows.",
        };
        if (tokenizer.Parts > 1)
        {
            remedy += $" {tokenizer.Input.MaxLength} tokens are shared with {Counts.Of(tokenizer.Parts - 1, "demonstration")}; fewer leave "
                + "more to each text.";
        }

        channel.Warning(MessageSensitivity.None, $"Of the {called}, {cut} {remedy}");
    }

    /// <summary>Says how many rows without a label are left out, and whether any is left.</summary>
    /// <param name="all">Rows without a label.</param>
    /// <param name="texts">Those that have a text.</param>
    /// <param name="kept">Those whose text is no other row's.</param>
    /// <param name="options">Columns.</param>
    /// <param name="channel">Hears of it.</param>
    public static void CheckUnlabelled(int all, int texts, int kept, AdaMixOptions options, IChannel channel)
    {
        if (texts < all)
        {
            channel.Warning(
                MessageSensitivity.None,
                $"{Counts.Of(all - texts, "row without a label has", "rows without a label have")} no text in column "
                + $"'{options.TextColumnName}' either and {(all - texts == 1 ? "does" : "do")} not train.");
        }

        if (kept < texts)
        {
            channel.Warning(
                MessageSensitivity.None,
                $"{texts - kept} of {Counts.Of(texts, "row")} without a label {(texts - kept == 1 ? "is" : "are")} left out: the text is "
                + "that of a row with a label, or of one before.");
        }

        if (kept == 0)
        {
            channel.Warning(
                MessageSensitivity.None,
                $"{nameof(AdaMixOptions.SelfTrainingRounds)} has no effect: "
                + (all == 0 ? $"every row has a label in column '{options.LabelColumnName}'." : "no row without a label is left.")
                + " Expected rows with a text of their own whose label is missing.");
        }
    }

    private static string OfWindows(CutTexts cut, TextWindows windows, RowTokenizer tokenizer)
    {
        List<string> remedies = [];
        if (cut.BeyondWindows > 0)
        {
            remedies.Add($"A LongTexts.MaxWindows of more than {windows.MaxWindows} reads more of them and takes longer.");
        }

        if (cut.HalvedPairs > 0)
        {
            remedies.Add(tokenizer.Input.MaxLength < tokenizer.Limit
                ? $"Of a pair's shorter text a MaxLength of more than {tokenizer.Input.MaxLength}, up to {tokenizer.Limit}, reads more."
                : "Of a pair's shorter text the encoder reads no more.");
        }

        return string.Join(' ', remedies);
    }

    // Texts or identifiers that were taken for labels.
    private static void WarnOfSingleRows(List<float> targets, string column, IChannel channel)
    {
        int alone = targets.CountBy(target => target).Count(count => count.Value == 1);
        if (targets.Count >= FewestRowsToDoubt && alone * 2 > targets.Count)
        {
            channel.Warning(MessageSensitivity.None,
                $"{alone} of {Counts.Of(targets.Count, "row")} have a class in label column '{column}' that no other row has, from which "
                + "little can be learned. Is it the column of the label?");
        }
    }

    /// <summary>Warns if training is too short, also for its experts, of which each takes part in some of the steps only.</summary>
    /// <param name="rows">Training rows.</param>
    /// <param name="mixture">As the options have it, perhaps without a number of experts.</param>
    /// <param name="options">Epochs and batches.</param>
    /// <param name="channel">Hears of it.</param>
    public static void CheckSteps(int rows, MixtureOptions mixture, AdaMixOptions options, IChannel channel)
    {
        long steps = options.Steps(rows);
        int experts = mixture.WithExperts(steps).ExpertsInTurn;
        if (steps >= MixtureOptions.StepsAnExpert * experts)
        {
            return;
        }

        (string of, string each, string lower) = experts > 1
            ? ($" for {Counts.Of(experts, "expert")}", " an expert", ", or lower Mixture.Experts")
            : ("", "", options.Epochs is null ? ", or lower BatchSize" : "");
        int most = mixture.ExpertsInTurn;
        string fewer = most > experts ? $" There is 1 expert instead of {most}, which want {Counts.Of(Wanted(most), "epoch")}." : "";
        channel.Warning(MessageSensitivity.None,
            $"{Counts.Of(rows, "row")} in {Counts.Of(options.EpochsFor(rows), "epoch")} give too few steps{of}: {steps}, where about "
            + $"{MixtureOptions.StepsAnExpert}{each} are wanted. Raise Epochs to {Wanted(experts)} or more{lower}.{fewer}");

        int Wanted(int count) => StepCount.Epochs(MixtureOptions.StepsAnExpert * count, rows, options.BatchSize);
    }

    /// <summary>Warns where at least half of the validation rows are training rows too.</summary>
    public static void CheckSeen(TokenTable training, TokenTable validation, IChannel channel)
    {
        if (SeenRows.Tell(Texts(training), [.. Texts(validation)], "validation row") is { } seen)
        {
            channel.Warning(MessageSensitivity.None,
                $"{seen}: what they say of the model is too good, and a best epoch or a temperature that they chose is not to be trusted. "
                + "Validate on other rows.");
        }
    }

    private static IEnumerable<string> Texts(TokenTable rows) => Enumerable.Range(0, rows.Count).Select(rows.Bits);
}
