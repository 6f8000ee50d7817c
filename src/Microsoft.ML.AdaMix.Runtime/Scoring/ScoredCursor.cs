using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Scoring;

/// <summary>
/// Moves over the source's columns; a row's scores are computed when the first of them is read. For one thread at a time.
/// </summary>
internal sealed class ScoredCursor : DataViewRowCursor
{
    private readonly DataViewRowCursor _source;
    private readonly ScoreSchema _schema;
    private readonly HashSet<int> _active;
    private readonly Readings _readings;
    private readonly ReadingStop _stop;
    private readonly ThreadGuard _guard = new(
        "A cursor over scored rows was used by two threads at once, so that rows and scores would be mixed up. Take a cursor for each"
        + " thread: a view gives any number of them.");
    private readonly ChunkReader? _chunks;
    private readonly RowTextReader? _reader;
    private RowScores? _current; // of the row, once read
    private long _row = -1;
    private bool _onRow;
    private bool _disposed;

    public ScoredCursor(DataViewRowCursor source, ScoreSchema schema, HashSet<int> active, Readings readings, ChunkReader? chunks)
    {
        _source = source;
        _schema = schema;
        _active = active;
        _readings = readings;
        _stop = readings.Begin();
        _chunks = chunks;
        _reader = chunks is null ? null : new RowTextReader(source, schema);
    }

    public override DataViewSchema Schema => _schema.Output;

    public override long Position => _source.Position;

    public override long Batch => _source.Batch;

    public override bool MoveNext()
    {
        bool entered = _guard.Enter();
        try
        {
            _stop.ThrowIfStopped();
            _current = null;
            _onRow = _source.MoveNext();
            _row++;
            _guard.ThrowIfIntruded();
        }
        finally
        {
            _guard.Leave(entered);
        }

        if (!_onRow && _chunks is not null)
        {
            _readings.Ended(_chunks.Scored);
        }

        return _onRow;
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => _source.GetIdGetter();

    public override bool IsColumnActive(DataViewSchema.Column column) =>
        _active.Contains(column.Index) && (!_schema.IsInput(column.Index) || _source.IsColumnActive(_schema.Input[column.Index]));

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (_schema.IsInput(column.Index))
        {
            return _source.GetGetter<TValue>(_schema.Input[column.Index]);
        }

        return _schema.Getter<TValue>(column, _active, Current);
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

    private RowScores Current()
    {
        bool entered = _guard.Enter();
        try
        {
            RowScores current = _current ?? Score();
            _guard.ThrowIfIntruded();
            return _current = current;
        }
        finally
        {
            _guard.Leave(entered);
        }
    }

    private RowScores Score()
    {
        if (!_onRow || _chunks is null || _reader is null)
        {
            throw new InvalidOperationException("Score columns cannot be read: the cursor is not on a row.");
        }

        if (_chunks.Scored == 0)
        {
            _readings.Scoring();
        }

        return _chunks.At(_row, _reader.Read(), _stop);
    }
}
