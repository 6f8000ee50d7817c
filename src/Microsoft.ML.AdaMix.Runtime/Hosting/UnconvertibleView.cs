using Microsoft.ML.Data;
using Microsoft.ML.Model.OnnxConverter;

namespace Microsoft.ML.AdaMix.Hosting;

/// <summary>
/// A view that ML.NET's <c>ConvertToOnnx</c> cannot convert and must not pass over: it walks back from the last view to the first, ends in
/// silence where it finds one that it does not know, and writes a graph without all that lies before.
/// </summary>
/// <param name="refusal">What to say: why not, and what to do instead.</param>
internal abstract class UnconvertibleView(string refusal) : ITransformCanSaveOnnx
{
    public abstract bool CanShuffle { get; }

    public abstract DataViewSchema Schema { get; }

    // Asked for by that walk alone: a transform behind this one may have stopped it, and it goes on to the source without looking.
    IDataView IDataTransform.Source => throw Refusal();

    public abstract long? GetRowCount();

    public abstract DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null);

    public abstract DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null);

    bool ICanSaveOnnx.CanSaveOnnx(OnnxContext ctx) => throw Refusal();

    void ISaveAsOnnx.SaveAsOnnx(OnnxContext ctx) => throw Refusal();

    void ICanSaveModel.Save(ModelSaveContext ctx) => throw new NotSupportedException("A view is not saved; save the model.");

    private NotSupportedException Refusal() => new(refusal);
}
