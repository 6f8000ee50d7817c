using System.Globalization;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Reading.Labels;

/// <summary>A number; NaN is a missing label, infinity an error.</summary>
internal sealed class NumberLabel : LabelColumn
{
    public NumberLabel(DataViewSchema.Column column) => Check(column);

    public override LabelKeys Keys { get; } = LabelKeys.Numbered(1);

    public override ReadTarget Open(DataViewRowCursor cursor, DataViewSchema.Column column)
    {
        Check(column);
        ValueGetter<float> getter = cursor.GetGetter<float>(column);
        return target =>
        {
            float value = 0;
            getter(ref value);
            target[0] = value;
            return float.IsInfinity(value)
                ? throw new InvalidOperationException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"Label column '{column.Name}' holds {value} in row {cursor.Position}; a finite number is expected. "
                    + $"Correct or filter the row."))
                : !float.IsNaN(value);
        };
    }

    private static void Check(DataViewSchema.Column column)
    {
        if (column.Type != NumberDataViewType.Single)
        {
            throw ColumnErrors.Mismatch("label", column.Name, "Single", $"{column.Type}");
        }
    }
}
