using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Scoring;

/// <summary>Moves over the source's columns and the score columns in lock-step.</summary>
internal sealed class ScoredCursor : DataViewRowCursor
{
    private readonly DataViewRowCursor _source;
    private readonly ScoreSchema _schema;
    private readonly HashSet<int> _active;
    private readonly ChunkReader? _chunks;
    private readonly ValueGetter<DataViewRowId> _id;
    private RowScores? _current;
    private bool _disposed;

    public ScoredCursor(DataViewRowCursor source, ScoreSchema schema, HashSet<int> active, ChunkReader? chunks)
    {
        _source = source;
        _schema = schema;
        _active = active;
        _chunks = chunks;
        _id = source.GetIdGetter();
    }

    public override DataViewSchema Schema => _schema.Output;

    public override long Position => _source.Position;

    public override long Batch => _source.Batch;

    public override bool MoveNext()
    {
        if (!_source.MoveNext())
        {
            _current = null;
            return false;
        }

        if (_chunks is not null)
        {
            DataViewRowId id = default;
            _id(ref id);
            _current = _chunks.Next(id);
        }

        return true;
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => _source.GetIdGetter();

    public override bool IsColumnActive(DataViewSchema.Column column) =>
        _schema.IsInput(column.Index) ? _source.IsColumnActive(_schema.Input[column.Index]) : _active.Contains(column.Index);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (_schema.IsInput(column.Index))
        {
            return _source.GetGetter<TValue>(_schema.Input[column.Index]);
        }

        return RowScores.Getter(_schema, column.Index, () => _current ?? throw new InvalidOperationException($"Column '{column.Name}' was not asked for, or the cursor is not on a row.")) as ValueGetter<TValue>
            ?? throw new InvalidOperationException($"Column '{column.Name}' is of type {column.Type}; it cannot be read as {typeof(TValue).Name}.");
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            _source.Dispose();
            _chunks?.Dispose();
        }

        base.Dispose(disposing);
    }
}
