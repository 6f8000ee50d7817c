using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Reading.Labels;

/// <summary>Reads a row's class index: from a key, or from a value that the training data's keys name.</summary>
internal static class ClassReader
{
    /// <summary>A function that gives the current row's class from 0, or -1 where there is none.</summary>
    /// <param name="cursor">On the rows.</param>
    /// <param name="column">The label.</param>
    /// <param name="labels">The training data's classes; values are matched by value, keys by the value they stand for.</param>
    public static Func<int> Create(DataViewRowCursor cursor, DataViewSchema.Column column, LabelKeys labels)
    {
        if (column.Type is KeyDataViewType)
        {
            Func<int> key = LabelReader.Key(cursor, column);
            int[]? map = LabelReader.Map(LabelKeys.From(column).Names, labels.Names);
            return map is null
                ? () => key() is var index && index < labels.Count ? index : -1
                : () => key() is var index && index >= 0 ? map[index] : -1;
        }

        if (labels.Names is not { } names || LabelValueType.Find(column.Type.RawType) is null)
        {
            throw new ArgumentOutOfRangeException(nameof(column),
                $"Schema mismatch for label column '{column.Name}': expected a key, or the values that the training label's keys stand "
                + $"for, found {column.Type}.");
        }

        Dictionary<string, int> indices = names.Select((name, index) => (name, index)).ToDictionary(
            pair => pair.name, pair => pair.index, StringComparer.Ordinal);
        Func<string> value = LabelValueType.Find(column.Type.RawType)!.Reader(cursor, column);
        return () => indices.GetValueOrDefault(value(), -1);
    }
}
