using System.Globalization;
using System.Numerics;
using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Models;

/// <summary>Reads label columns of keys and vectors row by row, and names a row whose value the column's type does not allow.</summary>
internal static class LabelReader
{
    /// <summary>A function that gives the current row's key, counted from 0; -1 where it is missing.</summary>
    /// <param name="row">On the rows.</param>
    /// <param name="column">Keys of any width.</param>
    public static Func<int> Key(DataViewRow row, DataViewSchema.Column column) => Width(column.Type) switch
    {
        8 => Key<byte>(row, column),
        16 => Key<ushort>(row, column),
        32 => Key<uint>(row, column),
        _ => Key<ulong>(row, column),
    };

    /// <summary>A function that gives the current row's keys, counted from 0, without those that are missing.</summary>
    /// <param name="row">On the rows.</param>
    /// <param name="column">A vector of keys of any width and length.</param>
    public static Func<List<int>> Keys(DataViewRow row, DataViewSchema.Column column) =>
        Width(((VectorDataViewType)column.Type).ItemType) switch
        {
            8 => Keys<byte>(row, column),
            16 => Keys<ushort>(row, column),
            32 => Keys<uint>(row, column),
            _ => Keys<ulong>(row, column),
        };

    /// <summary>A function that gives the current row's values, as many as the column's type says.</summary>
    /// <param name="row">On the rows.</param>
    /// <param name="column">A vector of known size.</param>
    public static Func<T[]> Values<T>(DataViewRow row, DataViewSchema.Column column)
    {
        int size = ((VectorDataViewType)column.Type).Size;
        ValueGetter<VBuffer<T>> getter = row.GetGetter<VBuffer<T>>(column);
        VBuffer<T> buffer = default;
        return () =>
        {
            getter(ref buffer);
            return buffer.Length == size ? [.. buffer.DenseValues()] : throw Wrong(row, column, $"{buffer.Length} values",
                $"{size} are expected, as many as in every row.");
        };
    }

    /// <summary>
    /// For each name the place that it has among others, -1 for none; null where both are the same or either is not known.
    /// </summary>
    public static int[]? Map(string[]? names, string[]? places) =>
        names is null || places is null || names.AsSpan().SequenceEqual(places)
            ? null
            : Array.ConvertAll(names, name => Array.IndexOf(places, name));

    private static int Width(DataViewType type) =>
        type.RawType == typeof(byte) ? 8 : type.RawType == typeof(ushort) ? 16 : type.RawType == typeof(uint) ? 32 : 64;

    private static Func<int> Key<T>(DataViewRow row, DataViewSchema.Column column)
        where T : IBinaryInteger<T>
    {
        ulong count = ((KeyDataViewType)column.Type).Count;
        ValueGetter<T> getter = row.GetGetter<T>(column);
        return () =>
        {
            T key = default!;
            getter(ref key);
            return Index(ulong.CreateTruncating(key), count, row, column);
        };
    }

    private static Func<List<int>> Keys<T>(DataViewRow row, DataViewSchema.Column column)
        where T : IBinaryInteger<T>
    {
        ulong count = ((KeyDataViewType)((VectorDataViewType)column.Type).ItemType).Count;
        ValueGetter<VBuffer<T>> getter = row.GetGetter<VBuffer<T>>(column);
        VBuffer<T> buffer = default;
        List<int> indices = [];
        return () =>
        {
            getter(ref buffer);
            indices.Clear();
            foreach (T key in buffer.GetValues())
            {
                if (Index(ulong.CreateTruncating(key), count, row, column) is >= 0 and var index)
                {
                    indices.Add(index);
                }
            }

            return indices;
        };
    }

    // Keys count from 1; 0 is a missing value.
    private static int Index(ulong key, ulong count, DataViewRow row, DataViewSchema.Column column) => key <= count
        ? (int)Math.Min(key, int.MaxValue) - 1
        : throw Wrong(row, column, $"the key {key}", $"its type has keys from 1 to {count}, and 0 for a missing one.");

    private static InvalidOperationException Wrong(
        DataViewRow row, DataViewSchema.Column column, FormattableString found, FormattableString expected) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"Label column '{column.Name}' holds {FormattableString.Invariant(found)} in row {row.Position}; "
        + $"{FormattableString.Invariant(expected)} Correct or filter the row."));
}
