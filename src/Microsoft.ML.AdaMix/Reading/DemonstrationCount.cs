using Microsoft.ML.AdaMix.Reading.Labels;
using Microsoft.ML.AdaMix.Wording;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.AdaMix.Reading;

/// <summary>
/// How many demonstrations stand behind a text: of each class those that were asked for, or all that there are. It is known before texts
/// become tokens, for they share the maximum length.
/// </summary>
internal static class DemonstrationCount
{
    /// <summary>Counts them, and warns of classes that have not more rows than were asked for.</summary>
    /// <param name="input">Rows to train on; of them only the labels are read.</param>
    /// <param name="options">With a template that has demonstrations.</param>
    /// <param name="label">How the label becomes numbers.</param>
    /// <param name="classes">Their names.</param>
    /// <param name="heldOut">Share of the rows that validates.</param>
    /// <param name="channel">For the warning.</param>
    /// <param name="checkCanceled">Called for every row.</param>
    public static int Of(
        IDataView input, AdaMixOptions options, LabelColumn label, string[] classes, double heldOut, IChannel channel, Action checkCanceled)
    {
        int asked = options.Template!.Demonstrations;
        int[] rows = [.. Rows(input, options, label, checkCanceled).Select(count => count - StratifiedSplit.HeldOut(count, heldOut))];
        int all = rows.Sum(count => Math.Min(count, asked));
        int[] few = [.. Enumerable.Range(0, rows.Length).Where(index => rows[index] <= asked)];
        if (few is [var first, ..])
        {
            string others = few.Length == 1 ? string.Empty : $", and {Counts.Of(few.Length - 1, "other class", "other classes")} too few";
            channel.Warning(
                MessageSensitivity.None,
                $"Template.Demonstrations is {asked}, and class {Quoted.Of(classes[first])} has {Counts.Of(rows[first], "training row")}"
                + $"{others}: all of them stand behind a text, and behind one of themselves only the others; {all} in all at most.");
        }

        return all;
    }

    private static int[] Rows(IDataView input, AdaMixOptions options, LabelColumn label, Action checkCanceled)
    {
        int[] rows = new int[Math.Max(2, label.Keys.Count)]; // yes and no are one output
        DataViewSchema.Column column = TrainingColumns.Find(input.Schema, options).Label;
        using DataViewRowCursor cursor = input.GetRowCursor([column]);
        ReadTarget read = label.Open(cursor, column);
        float[] target = new float[label.Width];
        while (cursor.MoveNext())
        {
            checkCanceled();
            if (read(target))
            {
                rows[(int)target[0]]++;
            }
        }

        return rows;
    }
}
