using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Trainers;

/// <summary>Rows as read from a view: texts, class indices from 0, optional weights. Rows without a label are left out and counted.</summary>
internal sealed class TrainingData
{
    public List<(string Text, string? Pair)> Texts { get; } = [];

    public List<int> Labels { get; } = [];

    public List<float>? Weights { get; private init; }

    public int WithoutLabel { get; private set; }

    public int WithoutText { get; private set; }

    /// <summary>Reads the view once.</summary>
    /// <param name="data">The view.</param>
    /// <param name="options">Column names.</param>
    /// <param name="labels">The classes of the training data; null to take the label's keys as they are.</param>
    /// <param name="checkCanceled">Called for every row.</param>
    public static TrainingData Read(IDataView data, AdaMixOptions options, LabelKeys? labels, Action checkCanceled)
    {
        DataViewSchema schema = data.Schema;
        DataViewSchema.Column text = TrainingSchema.Text(schema, options.TextColumnName);
        DataViewSchema.Column? second = options.SecondTextColumnName is null ? null : TrainingSchema.Text(schema, options.SecondTextColumnName);
        DataViewSchema.Column? weight = options.ExampleWeightColumnName is null ? null : TrainingSchema.Weight(schema, options.ExampleWeightColumnName);
        DataViewSchema.Column label = labels is null ? TrainingSchema.Label(schema, options.LabelColumnName) : TrainingSchema.Find(schema, options.LabelColumnName, "label");
        TrainingData rows = new() { Weights = weight is null ? null : [] };
        using DataViewRowCursor cursor = data.GetRowCursor(new[] { text, label, second, weight }.OfType<DataViewSchema.Column>());
        ValueGetter<ReadOnlyMemory<char>> getText = cursor.GetGetter<ReadOnlyMemory<char>>(text);
        ValueGetter<ReadOnlyMemory<char>>? getSecond = second is { } secondColumn ? cursor.GetGetter<ReadOnlyMemory<char>>(secondColumn) : null;
        ValueGetter<float>? getWeight = weight is { } weightColumn ? cursor.GetGetter<float>(weightColumn) : null;
        Func<int> getLabel = LabelReader.Create(cursor, label, labels);
        while (cursor.MoveNext())
        {
            checkCanceled();
            int index = getLabel();
            if (index < 0)
            {
                rows.WithoutLabel++;
                continue;
            }

            rows.Labels.Add(index);
            string first = Read(getText);
            rows.WithoutText += string.IsNullOrWhiteSpace(first) ? 1 : 0;
            rows.Texts.Add((first, getSecond is null ? null : Read(getSecond)));
            if (getWeight is not null)
            {
                rows.Weights!.Add(CheckedWeight(getWeight, cursor.Position, options.ExampleWeightColumnName!));
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
