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
        if (column.Type is not VectorDataViewType vector || new LabelSet(column).Width != Width)
        {
            throw ColumnErrors.Mismatch(
                "label", column.Name, $"a vector of the {Counts.Of(Width, "label")} of the training data", $"{column.Type}");
        }

        return vector.ItemType switch
        {
            KeyDataViewType => Keyed(cursor, column),
            BooleanDataViewType => Dense<bool>(cursor, column, value => value ? 1 : 0),
            _ => Dense<float>(cursor, column, value => float.IsNaN(value) ? value : value > 0.5f ? 1 : 0),
        };
    }

    private static ReadTarget Dense<T>(DataViewRowCursor cursor, DataViewSchema.Column column, Func<T, float> convert)
    {
        ValueGetter<VBuffer<T>> getter = cursor.GetGetter<VBuffer<T>>(column);
        VBuffer<T> buffer = default;
        return target =>
        {
            getter(ref buffer);
            target.Clear();
            foreach (KeyValuePair<int, T> item in buffer.Items())
            {
                target[item.Key] = convert(item.Value);
            }

            return !target.ContainsAnyExceptInRange(0f, 1f);
        };
    }

    private static ReadTarget Keyed(DataViewRowCursor cursor, DataViewSchema.Column column)
    {
        ValueGetter<VBuffer<uint>> getter = cursor.GetGetter<VBuffer<uint>>(column);
        VBuffer<uint> buffer = default;
        return target =>
        {
            getter(ref buffer);
            target.Clear();
            foreach (uint key in buffer.GetValues())
            {
                if (key > 0) // keys count from 1; 0 is a value that is no label
                {
                    target[(int)key - 1] = 1;
                }
            }

            return true;
        };
    }

    private static ArgumentOutOfRangeException Mismatch(DataViewSchema.Column column) =>
        ColumnErrors.Mismatch(
            "label", column.Name, "a vector of Boolean or Single with a known size, or a vector of keys", $"{column.Type}");
}
