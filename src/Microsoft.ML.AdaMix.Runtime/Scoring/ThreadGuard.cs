namespace Microsoft.ML.AdaMix.Scoring;

/// <summary>
/// Notices that two threads use at once what is for one at a time: each would get results of the other's text. Use by one thread after the
/// other is allowed.
/// </summary>
/// <param name="misuse">What to say: what is used so, and the remedy.</param>
internal sealed class ThreadGuard(string misuse)
{
    private int _inside; // id of the thread, or 0
    private bool _intruded;
    private (long Number, int Thread) _row = (-1, 0); // the last one, and who read it first
    private bool _rowsMove;
    private int? _firstGetter; // the one that the first row's reading began with
    private bool _threads; // whether several were seen, at once or one after the other
    private bool _misused;

    /// <summary>Begins a use.</summary>
    /// <returns>What <see cref="Leave"/> takes; false within another use by the same thread.</returns>
    /// <exception cref="InvalidOperationException">Another thread is within a use.</exception>
    public bool Enter()
    {
        int other = Interlocked.CompareExchange(ref _inside, Environment.CurrentManagedThreadId, 0);
        if (other == 0)
        {
            Volatile.Write(ref _intruded, false);
            return true;
        }

        if (other != Environment.CurrentManagedThreadId)
        {
            Volatile.Write(ref _intruded, true);
            throw Misuse();
        }

        return false;
    }

    /// <summary>Begins the reading of a value of a row that the reader itself has moved to.</summary>
    /// <remarks>
    /// Where two threads read one row, both have moved, and only the later one's values are there. Once two threads were seen, a row whose
    /// reading begins in its middle was moved to by the other one. Once two were seen at once, a row that was passed over is a sign of
    /// two as well.
    /// </remarks>
    /// <param name="row">Its position.</param>
    /// <param name="getter">Which of its values; every row is read in the same order.</param>
    /// <returns>What <see cref="Leave"/> takes.</returns>
    /// <exception cref="InvalidOperationException">Another thread is within a use, or has moved to or read this row.</exception>
    public bool Enter(long row, int getter = 0)
    {
        int thread = Environment.CurrentManagedThreadId;
        (long Number, int Thread) last = _row;
        _row = (row, thread); // also where entering fails: whoever is inside must not take the row for its own
        bool entered = Enter();
        _firstGetter ??= getter;
        _threads |= last.Thread != 0 && last.Thread != thread;
        bool isOthers = last.Number == row
            ? last.Thread != thread && _rowsMove
            : (_threads && getter != _firstGetter) || (_misused && row > last.Number + 1);
        if (isOthers)
        {
            Leave(entered);
            throw Misuse();
        }

        _rowsMove |= last.Number >= 0 && last.Number != row;
        return entered;
    }

    /// <summary>To be called before <see cref="Leave"/>, once there is a result.</summary>
    /// <param name="moved">Whether the row has moved on meanwhile.</param>
    /// <exception cref="InvalidOperationException">Another thread came in between.</exception>
    public void ThrowIfIntruded(bool moved = false)
    {
        if (moved || Volatile.Read(ref _intruded))
        {
            throw Misuse();
        }
    }

    /// <summary>Ends a use, whatever came of it.</summary>
    /// <param name="entered">What <see cref="Enter()"/> gave.</param>
    public void Leave(bool entered)
    {
        if (entered)
        {
            Volatile.Write(ref _inside, 0);
        }
    }

    private InvalidOperationException Misuse()
    {
        _misused = true;
        return new InvalidOperationException(misuse);
    }
}
