namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>Native memory with several holders; freed when the last one releases it. The maker is the first holder.</summary>
internal abstract class SharedResource : IDisposable
{
    private int _holders = 1;

    /// <summary>Adds a holder; false if the last one has gone already.</summary>
    public bool TryRetain()
    {
        int seen = Volatile.Read(ref _holders);
        while (seen > 0)
        {
            int before = Interlocked.CompareExchange(ref _holders, seen + 1, seen);
            if (before == seen)
            {
                return true;
            }

            seen = before;
        }

        return false;
    }

    /// <summary>Takes one holder away.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
        {
            Dispose();
        }
    }

    /// <summary>Frees without regard to holders; holders call <see cref="Release"/> instead.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the resource consists of.</summary>
    protected abstract void Dispose(bool disposing);
}
