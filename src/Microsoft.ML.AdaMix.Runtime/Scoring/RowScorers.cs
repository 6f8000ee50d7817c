namespace Microsoft.ML.AdaMix.Scoring;

/// <summary>
/// The scorers of a model's engines. ML.NET's engine disposes its transformer and not the row that it reads, so all there is to tell who
/// still needs the session is how many rows there are and how many engines have ended.
/// </summary>
/// <remarks>Safe for use by many threads. It keeps no scorer alive.</remarks>
internal sealed class RowScorers
{
    private readonly Lock _lock = new();
    private readonly List<WeakReference<BatchScorer>> _rows = [];
    private int _ended; // engines whose rows may still be among them

    /// <summary>Notes a scorer that is not noted.</summary>
    public void Add(BatchScorer scorer)
    {
        lock (_lock)
        {
            if (!_rows.Exists(row => row.TryGetTarget(out BatchScorer? noted) && noted == scorer))
            {
                _rows.Add(new WeakReference<BatchScorer>(scorer));
            }
        }
    }

    /// <summary>Forgets a scorer that is no longer in use.</summary>
    public void Remove(BatchScorer scorer)
    {
        lock (_lock)
        {
            _rows.RemoveAll(row => row.TryGetTarget(out BatchScorer? noted) && noted == scorer);
        }
    }

    /// <summary>Notes that an engine has ended.</summary>
    /// <returns>All scorers if it was the last, and then forgets them; otherwise none.</returns>
    public IReadOnlyList<BatchScorer> End()
    {
        lock (_lock)
        {
            // Which engine has ended is not known. Those that were collected count as ended before; at worst a session stays until the
            // next collection.
            int collected = _rows.RemoveAll(row => !row.TryGetTarget(out _));
            _ended = Math.Max(0, _ended - collected) + 1;
            if (_ended < _rows.Count)
            {
                return [];
            }

            List<BatchScorer> scorers = [];
            foreach (WeakReference<BatchScorer> row in _rows)
            {
                if (row.TryGetTarget(out BatchScorer? scorer))
                {
                    scorers.Add(scorer);
                }
            }

            _rows.Clear();
            _ended = 0;
            return scorers;
        }
    }
}
