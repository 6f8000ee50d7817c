using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Reading.Labels;

/// <summary>True or false; the target is 1 or 0.</summary>
internal sealed class BooleanLabel : LabelColumn
{
    public BooleanLabel(DataViewSchema.Column column) => Check(column);

    public override LabelKeys Keys { get; } = LabelKeys.Numbered(2);

    public override ReadTarget Open(DataViewRowCursor cursor, DataViewSchema.Column column)
    {
        Check(column);
        ValueGetter<bool> getter = cursor.GetGetter<bool>(column);
        return target =>
        {
            bool value = false;
            getter(ref value);
            target[0] = value ? 1 : 0;
            return true;
        };
    }

    private static void Check(DataViewSchema.Column column)
    {
        if (column.Type is not BooleanDataViewType)
        {
            throw ColumnErrors.Mismatch("label", column.Name, "Boolean", $"{column.Type}");
        }
    }
}
