using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tokenization;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.AdaMix.Scoring;

/// <summary>A view with score columns, computed in batches while it is read. Nothing is computed for a reader that wants none of them.</summary>
internal sealed class ScoredView(IHostEnvironment environment, IDataView source, ScoreSchema schema, ClassificationModel model, ITextTokenizer tokenizer) : IDataView
{
    public bool CanShuffle => false;

    public DataViewSchema Schema => schema.Output;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        HashSet<int> active = [.. columnsNeeded.Select(column => column.Index)];
        if (active.All(schema.IsInput))
        {
            return new ScoredCursor(source.GetRowCursor(schema.Input.Where(column => active.Contains(column.Index))), schema, active, null);
        }

        // The texts are read along with the other columns to see that scores and columns are of the same row.
        HashSet<int> passed = [.. active, .. schema.TextColumns.Select(column => column.Index)];
        DataViewRowCursor passThrough = source.GetRowCursor(schema.Input.Where(column => passed.Contains(column.Index)));
        ChunkReader chunks = new(environment, source.GetRowCursor(schema.TextColumns), schema, new BatchScorer(model, tokenizer), active.Contains(schema.Embedding));
        return new ScoredCursor(passThrough, schema, active, chunks);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) => [GetRowCursor(columnsNeeded, rand)];
}
