using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Scoring;

/// <summary>
/// Scores row by row, for <c>PredictionEngine</c>. Each row object holds its own lease on the model from its first score on, and is for one
/// thread at a time.
/// </summary>
internal sealed class ScoredRowMapper(ScoreSchema schema, WarmModel model) : IRowToRowMapper
{
    public DataViewSchema InputSchema => schema.Input;

    public DataViewSchema OutputSchema => schema.Output;

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
    {
        HashSet<int> wanted = [];
        foreach (DataViewSchema.Column column in dependingColumns)
        {
            if (schema.IsInput(column.Index))
            {
                wanted.Add(column.Index);
            }
            else
            {
                wanted.UnionWith(schema.TextColumns.Select(text => text.Index));
            }
        }

        return schema.Input.Where(column => wanted.Contains(column.Index));
    }

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns) =>
        new ScoredRow(input, schema, [.. activeColumns.Select(column => column.Index)], model.ForRow());

    private sealed class ScoredRow : DataViewRow
    {
        private readonly DataViewRow _input;
        private readonly ScoreSchema _schema;
        private readonly HashSet<int> _active;
        private readonly BatchScorer _scorer;
        private readonly RowTextReader? _reader;
        private readonly ThreadGuard _guard = new(
            "A PredictionEngine was used by two threads at once; each would get results of the other's text. Take an engine for each"
            + " thread, or PredictionEnginePool of Microsoft.Extensions.ML, or a lock around Predict.");
        private (string Text, string? Pair)? _lastText;
        private RowScores? _last;
        private int _getters;
        private bool _disposed;

        public ScoredRow(DataViewRow input, ScoreSchema schema, HashSet<int> active, BatchScorer scorer)
        {
            _input = input;
            _schema = schema;
            _active = active;
            _scorer = scorer;
            _reader = active.Any(column => !schema.IsInput(column)) ? new RowTextReader(input, schema) : null;
        }

        public override DataViewSchema Schema => _schema.Output;

        public override long Position => _input.Position;

        public override long Batch => _input.Batch;

        public override ValueGetter<DataViewRowId> GetIdGetter() => _input.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) =>
            _active.Contains(column.Index) && (!_schema.IsInput(column.Index) || _input.IsColumnActive(_schema.Input[column.Index]));

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => Guarded(_schema.IsInput(column.Index)
            ? _input.GetGetter<TValue>(_schema.Input[column.Index])
            : _schema.Getter<TValue>(column, _active, Current));

        protected override void Dispose(bool disposing)
        {
            if (disposing && !_disposed)
            {
                _disposed = true;
                _scorer.Dispose();
                _input.Dispose();
            }

            base.Dispose(disposing);
        }

        private ValueGetter<TValue> Guarded<TValue>(ValueGetter<TValue> getter)
        {
            int number = _getters++;
            return (ref TValue value) =>
            {
                long row = _input.Position;
                bool entered = _guard.Enter(row, number);
                try
                {
                    getter(ref value);
                    _guard.ThrowIfIntruded(moved: _input.Position != row);
                }
                finally
                {
                    _guard.Leave(entered);
                }
            };
        }

        // All columns of a row come from one run. The text decides whether it is still the same row's result: the position of an engine's
        // row says nothing.
        private RowScores Current()
        {
            (string Text, string? Pair) text =
                (_reader ?? throw new InvalidOperationException("No score column of this row is active.")).Read();
            if (_last is null || _lastText != text)
            {
                _last = _scorer.Score(text.Text, text.Pair, _schema.WantsEmbedding(_active));
                _lastText = text;
            }

            return _last;
        }
    }
}
