using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Tool.Tasks;

/// <summary>Reads columns and annotations of scored views.</summary>
internal static class ScoreReading
{
    /// <summary>The names of a vector column's slots, or null.</summary>
    public static string[]? SlotNames(DataViewSchema schema, string column)
    {
        if (schema.GetColumnOrNull(column) is not { } found || !found.HasSlotNames())
        {
            return null;
        }

        VBuffer<ReadOnlyMemory<char>> names = default;
        found.GetSlotNames(ref names);
        return Texts(names);
    }

    /// <summary>The values of a key column, or null.</summary>
    public static string[]? KeyValues(DataViewSchema schema, string column)
    {
        if (schema.GetColumnOrNull(column) is not { Type: KeyDataViewType } found || !found.HasKeyValues())
        {
            return null;
        }

        VBuffer<ReadOnlyMemory<char>> names = default;
        found.GetKeyValues(ref names);
        return Texts(names);
    }

    /// <summary>Vectors of a column, row by row.</summary>
    public static IEnumerable<double[]> Vectors(IDataView rows, string column) =>
        rows.GetColumn<float[]>(rows.Schema[column]).Select(values => Array.ConvertAll(values, value => (double)value));

    /// <summary>Numbers of a column.</summary>
    public static double[] Numbers(IDataView rows, string column) => [.. rows.GetColumn<float>(rows.Schema[column])];

    /// <summary>Keys of a column, counted from 0.</summary>
    public static IEnumerable<int> Keys(IDataView rows, string column) =>
        rows.GetColumn<uint>(rows.Schema[column]).Select(key => (int)key - 1);

    private static string[] Texts(VBuffer<ReadOnlyMemory<char>> values) => [.. values.DenseValues().Select(value => value.ToString())];
}
