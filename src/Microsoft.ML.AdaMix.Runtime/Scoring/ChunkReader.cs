using Microsoft.ML.AdaMix.Persistence;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.AdaMix.Scoring;

/// <summary>Reads ahead over the text columns alone and scores chunk by chunk, in the rows' order.</summary>
internal sealed class ChunkReader : IDisposable
{
    private const int RowsPerChunk = 512;

    private readonly IHostEnvironment _environment;
    private readonly DataViewRowCursor _cursor;
    private readonly RowTextReader _reader;
    private readonly BatchScorer _scorer;
    private readonly bool _withEmbedding;
    private readonly List<(string Text, string? Pair)> _rows = [];
    private RowScores[] _scores = [];
    private int _next;

    public ChunkReader(IHostEnvironment environment, DataViewRowCursor cursor, ScoreSchema schema, BatchScorer scorer, bool withEmbedding)
    {
        _environment = environment;
        _cursor = cursor;
        _reader = new RowTextReader(cursor, schema);
        _scorer = scorer;
        _withEmbedding = withEmbedding;
    }

    /// <summary>The scores of the next row.</summary>
    /// <param name="text">The row's text as the reader of the other columns sees it. Row ids would say nothing: most sources only count.</param>
    /// <exception cref="InvalidOperationException">The source gave other rows, or fewer, when it was read a second time.</exception>
    public RowScores Next((string Text, string? Pair) text)
    {
        if (_next == _scores.Length)
        {
            Fill();
        }

        return _next < _scores.Length && _rows[_next] == text
            ? _scores[_next++]
            : throw new InvalidOperationException("The source of this view gives other rows each time it is read, so that scores and columns would not belong together. Cache it first, for example with mlContext.Data.Cache.");
    }

    public void Dispose()
    {
        _cursor.Dispose();
        _scorer.Dispose();
    }

    private void Fill()
    {
        HostInternals.ThrowIfCanceled(_environment);
        _rows.Clear();
        while (_rows.Count < RowsPerChunk && _cursor.MoveNext())
        {
            _rows.Add(_reader.Read());
        }

        _scores = _scorer.Score(_rows, _withEmbedding);
        _next = 0;
    }
}
