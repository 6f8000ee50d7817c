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
            Func<int> key = Key(cursor, column);
            if (labels.Names is { } wanted && LabelKeys.From(column).Names is { } found && !wanted.AsSpan().SequenceEqual(found))
            {
                int[] map = Array.ConvertAll(found, name => Array.IndexOf(wanted, name));
                return () => key() is var index && index >= 0 && index < map.Length ? map[index] : -1;
            }

            return () => key() is var index && index < labels.Count ? index : -1;
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

    private static Func<int> Key(DataViewRowCursor cursor, DataViewSchema.Column column)
    {
        Type type = column.Type.RawType;
        return type == typeof(uint) ? Key<uint>(cursor, column, value => value)
            : type == typeof(byte) ? Key<byte>(cursor, column, value => value)
            : type == typeof(ushort) ? Key<ushort>(cursor, column, value => value)
            : Key<ulong>(cursor, column, value => (long)value);
    }

    // Keys count from 1; 0 is a missing value.
    private static Func<int> Key<T>(DataViewRowCursor cursor, DataViewSchema.Column column, Func<T, long> widen)
    {
        ValueGetter<T> getter = cursor.GetGetter<T>(column);
        return () =>
        {
            T value = default!;
            getter(ref value);
            return (int)(widen(value) - 1);
        };
    }
}
