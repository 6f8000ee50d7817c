namespace Microsoft.ML.AdaMix.Scoring;

/// <summary>
/// Reads ahead over the text columns alone and scores chunk by chunk, in the rows' order. Rows before the one asked for are not scored.
/// </summary>
internal sealed class ChunkReader : IDisposable
{
    // A preview or a look at the top wants a few rows; it pays for no more than these. A view of fewer rows is read as a whole.
    private const int SmallestChunk = BatchScorer.ManyRows;

    // Enough rows to make full batches of texts of nearly the same length. More would save little padding and take longer to stop.
    private const int LargestChunk = 512;

    // 16, 64, 256, 512: a long reading is in full chunks after 336 rows, and a short one scores at most five rows for each that it needed.
    private const int Growth = 4;

    private readonly DataViewRowCursor _cursor;
    private readonly RowTextReader _reader;
    private readonly BatchScorer _scorer;
    private readonly bool _withEmbedding;
    private readonly List<(string Text, string? Pair)> _rows = [];
    private RowScores[] _scores = []; // empty until the chunk is scored
    private long _start; // number of the chunk's first row
    private int _size = SmallestChunk; // of the next chunk

    public ChunkReader(DataViewRowCursor cursor, ScoreSchema schema, BatchScorer scorer, bool withEmbedding)
    {
        _cursor = cursor;
        _reader = new RowTextReader(cursor, schema);
        _scorer = scorer;
        _withEmbedding = withEmbedding;
    }

    /// <summary>How many rows were scored.</summary>
    public long Scored { get; private set; }

    /// <summary>The scores of a row.</summary>
    /// <param name="row">Its number, not lower than in the call before.</param>
    /// <param name="text">Its text as the reader of the other columns sees it. Row ids would say nothing: most sources only count.</param>
    /// <param name="stop">Stops the scoring.</param>
    /// <exception cref="InvalidOperationException">The source gave other rows, or fewer, when it was read a second time.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public RowScores At(long row, (string Text, string? Pair) text, ReadingStop stop)
    {
        if (row >= _start + _rows.Count)
        {
            Read(row, stop);
        }

        if (_scores.Length == 0)
        {
            _scores = stop.Watch(stopped => _scorer.Score(_rows, _withEmbedding, stopped));
            Scored += _scores.Length;
        }

        int index = (int)(row - _start);
        return index < _rows.Count && _rows[index] == text
            ? _scores[index]
            : throw new InvalidOperationException(
                "The source of this view gives other rows each time it is read, so that scores and columns would not belong together. "
                + "Cache it first, for example with mlContext.Data.Cache.");
    }

    public void Dispose()
    {
        _cursor.Dispose();
        _scorer.Dispose();
    }

    private void Read(long row, ReadingStop stop)
    {
        for (long next = _start + _rows.Count; next < row && _cursor.MoveNext(); next++)
        {
            stop.ThrowIfStopped(); // passed over: nobody read this row's scores
        }

        _start = row;
        _scores = [];
        _rows.Clear();
        while (_rows.Count < _size && _cursor.MoveNext())
        {
            stop.ThrowIfStopped(); // a source may take its time
            _rows.Add(_reader.Read());
        }

        _size = Math.Min(_size * Growth, LargestChunk);
    }
}
