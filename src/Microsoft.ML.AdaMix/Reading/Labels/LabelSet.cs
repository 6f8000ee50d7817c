using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Wording;
using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Reading.Labels;

/// <summary>
/// Any number of labels: a vector of known size of bools or of numbers, one a label, above one half for yes; or a vector of keys, the
/// labels that the row has.
/// </summary>
/// <remarks>A vector with a NaN is a missing label; a row with no label at all is a row to learn from.</remarks>
internal sealed class LabelSet : LabelColumn
{
    private const ulong MaxLabels = 1 << 16;

    public LabelSet(DataViewSchema.Column column) => Keys = column.Type is VectorDataViewType vector
        ? vector.ItemType switch
        {
            KeyDataViewType { Count: > 0 and <= MaxLabels } => LabelKeys.From(column),
            var item when vector.Size > 0 && (item is BooleanDataViewType || item == NumberDataViewType.Single) =>
                LabelKeys.FromSlots(column, vector.Size),
            _ => throw Mismatch(column),
        }
        : throw Mismatch(column);

    public override LabelKeys Keys { get; }

    public override int Width => Keys.Count;

    public override ReadTarget Open(DataViewRowCursor cursor, DataViewSchema.Column column)
    {
        LabelKeys found = new LabelSet(column).Keys;
        bool isKeyed = ((VectorDataViewType)column.Type).ItemType is KeyDataViewType;
        int[]? map = isKeyed ? LabelReader.Map(found.Names, Keys.Names) : null;
        if (map is null && found.Count != Width)
        {
            throw ColumnErrors.Mismatch(
                "label", column.Name, $"a vector of the {Counts.Of(Width, "label")} of the training data", $"{column.Type}");
        }

        return isKeyed ? Keyed(cursor, column, map)
            : ((VectorDataViewType)column.Type).ItemType is BooleanDataViewType
            ? Dense<bool>(cursor, column, value => value ? 1 : 0)
            : Dense<float>(cursor, column, value => float.IsNaN(value) ? value : value > 0.5f ? 1 : 0);
    }

    private static ReadTarget Dense<T>(DataViewRowCursor cursor, DataViewSchema.Column column, Func<T, float> convert)
    {
        Func<T[]> read = LabelReader.Values<T>(cursor, column);
        return target =>
        {
            T[] values = read();
            for (int i = 0; i < values.Length; i++)
            {
                target[i] = convert(values[i]);
            }

            return !target.ContainsAnyExceptInRange(0f, 1f);
        };
    }

    /// <param name="cursor">On the rows.</param>
    /// <param name="column">Vectors of keys.</param>
    /// <param name="map">For each key the label it stands for, -1 for one that training does not know; null if these are the same.</param>
    private static ReadTarget Keyed(DataViewRowCursor cursor, DataViewSchema.Column column, int[]? map)
    {
        Func<List<int>> keys = LabelReader.Keys(cursor, column);
        return target =>
        {
            target.Clear();
            foreach (int key in keys())
            {
                if ((map is null ? key : map[key]) is >= 0 and var label)
                {
                    target[label] = 1;
                }
            }

            return true;
        };
    }

    private static ArgumentOutOfRangeException Mismatch(DataViewSchema.Column column) =>
        ColumnErrors.Mismatch(
            "label", column.Name,
            $"a vector of Boolean or Single with a known size, or a vector of keys with a known count of at most {MaxLabels}",
            $"{column.Type}");
}
