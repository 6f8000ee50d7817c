using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Reading.Labels;

/// <summary>One of several classes, as a key; the target is the class's index from 0.</summary>
internal sealed class ClassLabel : LabelColumn
{
    // Beyond any classifier; a hash or an identifier was taken for a label.
    private const ulong MaxClasses = 1 << 20;

    public ClassLabel(DataViewSchema.Column column)
    {
        if (column.Type is not KeyDataViewType { Count: > 0 and <= MaxClasses })
        {
            throw ColumnErrors.Mismatch(
                "label", column.Name, "a key with a known number of classes, as MapValueToKey gives", $"{column.Type}");
        }

        Keys = LabelKeys.From(column);
    }

    public override LabelKeys Keys { get; }

    public override ReadTarget Open(DataViewRowCursor cursor, DataViewSchema.Column column)
    {
        Func<int> index = ClassReader.Create(cursor, column, Keys);
        return target =>
        {
            int label = index();
            target[0] = label;
            return label >= 0;
        };
    }
}
