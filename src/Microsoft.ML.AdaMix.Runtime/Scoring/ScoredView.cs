using Microsoft.ML.AdaMix.Hosting;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.AdaMix.Scoring;

/// <summary>
/// A view with score columns, computed in batches while they are read. Nothing is computed, and no native session opened, for a reader that
/// reads none of them.
/// </summary>
/// <param name="environment">The model's.</param>
/// <param name="source">What is scored.</param>
/// <param name="schema">Its columns and the scores.</param>
/// <param name="model">What scores.</param>
/// <param name="cancellation">Stops every reading.</param>
internal sealed class ScoredView(
    IHostEnvironment environment, IDataView source, ScoreSchema schema, WarmModel model, CancellationToken cancellation)
    : UnconvertibleView(
        "ML.NET's ConvertToOnnx cannot write a pipeline with an AdaMixTransformer, whose tokenizer is not made of ONNX operators; the graph"
        + " would be without the model. Call the transformer's ExportOnnx: a folder with onnx/model.onnx and the tokenizer's files.")
{
    private readonly Readings _readings = new(environment, cancellation);

    public override bool CanShuffle => false;

    public override DataViewSchema Schema => schema.Output;

    public override long? GetRowCount() => source.GetRowCount();

    public override DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        HashSet<int> active = [.. columnsNeeded.Select(column => column.Index)];
        if (active.All(schema.IsInput))
        {
            return new ScoredCursor(
                source.GetRowCursor(schema.Input.Where(column => active.Contains(column.Index))), schema, active, _readings, null);
        }

        // The texts are read along with the other columns to see that scores and columns are of the same row.
        HashSet<int> passed = [.. active, .. schema.TextColumns.Select(column => column.Index)];
        DataViewRowCursor passThrough = source.GetRowCursor(schema.Input.Where(column => passed.Contains(column.Index)));
        ChunkReader chunks = new(source.GetRowCursor(schema.TextColumns), schema, new BatchScorer(model), schema.WantsEmbedding(active));
        return new ScoredCursor(passThrough, schema, active, _readings, chunks);
    }

    public override DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];
}
