using Microsoft.ML.AdaMix.Trainers.Labels;

namespace Microsoft.ML.AdaMix.Trainers;

/// <summary>Rows as read from a view: texts, targets, optional weights. Rows without a label are left out and counted.</summary>
internal sealed class TrainingData
{
    public List<(string Text, string? Pair)> Texts { get; } = [];

    /// <summary>[rows x width] of the label column.</summary>
    public List<float> Targets { get; } = [];

    public List<float>? Weights { get; private init; }

    public int WithoutLabel { get; private set; }

    public int WithoutText { get; private set; }

    /// <summary>Reads the view once.</summary>
    /// <param name="data">The view.</param>
    /// <param name="columns">Which columns.</param>
    /// <param name="label">How the label becomes numbers.</param>
    /// <param name="checkCanceled">Called for every row.</param>
    public static TrainingData Read(IDataView data, TrainingColumns columns, LabelColumn label, Action checkCanceled)
    {
        TrainingData rows = new() { Weights = columns.Weight is null ? null : [] };
        using DataViewRowCursor cursor = data.GetRowCursor(columns.All);
        ValueGetter<ReadOnlyMemory<char>> text = cursor.GetGetter<ReadOnlyMemory<char>>(columns.Text);
        ValueGetter<ReadOnlyMemory<char>>? second = columns.SecondText is { } secondText ? cursor.GetGetter<ReadOnlyMemory<char>>(secondText) : null;
        ValueGetter<float>? weight = columns.Weight is { } weights ? cursor.GetGetter<float>(weights) : null;
        ReadTarget readTarget = label.Open(cursor, columns.Label);
        float[] target = new float[label.Width];
        while (cursor.MoveNext())
        {
            checkCanceled();
            if (!readTarget(target))
            {
                rows.WithoutLabel++;
                continue;
            }

            rows.Targets.AddRange(target);
            string first = Read(text);
            rows.WithoutText += string.IsNullOrWhiteSpace(first) ? 1 : 0;
            rows.Texts.Add((first, second is null ? null : Read(second)));
            if (weight is not null)
            {
                rows.Weights!.Add(CheckedWeight(weight, cursor.Position, columns.Weight!.Value.Name));
            }
        }

        return rows;
    }

    private static string Read(ValueGetter<ReadOnlyMemory<char>> getter)
    {
        ReadOnlyMemory<char> text = default;
        getter(ref text);
        return text.ToString();
    }

    private static float CheckedWeight(ValueGetter<float> getter, long row, string column)
    {
        float weight = 0;
        getter(ref weight);
        return float.IsFinite(weight) && weight >= 0
            ? weight
            : throw new InvalidOperationException(FormattableString.Invariant($"Weight column '{column}' holds {weight} in row {row}; a finite number of 0 or more is expected. Correct or filter the row."));
    }
}
