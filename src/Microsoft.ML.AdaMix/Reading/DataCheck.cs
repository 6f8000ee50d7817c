using System.Globalization;
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
        if (data.WithoutLabel > 0)
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
            ShareOfTokens = rows.CutTokens / (double)(rows.Tokens + rows.CutTokens),
            MaxLength = tokenizer.MaxLength,
        };
        string remedy = tokenizer.Input.MaxLength < tokenizer.Limit
            ? $"A MaxLength of more than {tokenizer.Input.MaxLength}, up to {tokenizer.Limit}, reads more of them and takes longer."
            : "The encoder reads no more.";
        if (tokenizer.Parts > 1)
        {
            remedy += $" {tokenizer.Input.MaxLength} tokens are shared with {Counts.Of(tokenizer.Parts - 1, "demonstration")}; fewer leave "
                + "more to each text.";
        }

        channel.Warning(MessageSensitivity.None, $"Of the {called}, {cut} {remedy}");
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

    /// <summary>Warns if training is too short for its experts, of which each takes part in some of the steps only.</summary>
    public static void CheckSteps(int rows, MixtureOptions mixture, AdaMixOptions options, IChannel channel)
    {
        int experts = mixture.ExpertsInTurn;
        int stepsAnEpoch = (rows + options.BatchSize - 1) / options.BatchSize;
        int wanted = MixtureOptions.StepsAnExpert * experts;
        long steps = options.Steps(rows);
        if (steps < wanted)
        {
            channel.Warning(MessageSensitivity.None, string.Create(
                CultureInfo.InvariantCulture,
                $"{Counts.Of(rows, "row")} and Epochs = {options.Epochs} give too few steps for {Counts.Of(experts, "expert")}: "
                + $"{steps}, where about {MixtureOptions.StepsAnExpert} an expert are wanted. Raise Epochs to "
                + $"{(wanted + stepsAnEpoch - 1) / stepsAnEpoch} or more{(experts == 1 ? "" : ", or lower Mixture.Experts")}."));
        }
    }
}
