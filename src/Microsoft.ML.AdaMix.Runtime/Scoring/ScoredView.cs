using Microsoft.ML.Runtime;

namespace Microsoft.ML.AdaMix.Scoring;

/// <summary>
/// A view with score columns, computed in batches while they are read. Nothing is computed, and no native session opened, for a reader that
/// reads none of them.
/// </summary>
internal sealed class ScoredView(IHostEnvironment environment, IDataView source, ScoreSchema schema, WarmModel model) : IDataView
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
        ChunkReader chunks = new(
            environment, source.GetRowCursor(schema.TextColumns), schema, new BatchScorer(model), schema.WantsEmbedding(active));
        return new ScoredCursor(passThrough, schema, active, chunks);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];
}
