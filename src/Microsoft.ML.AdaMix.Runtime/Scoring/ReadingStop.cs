using Microsoft.ML.AdaMix.Hosting;

namespace Microsoft.ML.AdaMix.Scoring;

/// <summary>What stops the reading of a view: its token, or its context.</summary>
internal sealed class ReadingStop(ContextWatch context, CancellationToken token)
{
    // A context calls nobody when it is cancelled; it has to be asked.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <exception cref="OperationCanceledException">The reading is stopped.</exception>
    public void ThrowIfStopped()
    {
        token.ThrowIfCancellationRequested();
        context.ThrowIfCanceled();
    }

    /// <summary>Does work that takes long, with a token that is cancelled when the reading is stopped.</summary>
    /// <exception cref="OperationCanceledException">The reading is stopped.</exception>
    public T Watch<T>(Func<CancellationToken, T> work)
    {
        ThrowIfStopped();
        Lock ending = new();
        bool ended = false;
        using CancellationTokenSource stopped = CancellationTokenSource.CreateLinkedTokenSource(token);
        using Timer timer = new(_ => Ask(), null, Interval, Interval);
        try
        {
            return work(stopped.Token);
        }
        catch (OperationCanceledException)
        {
            ThrowIfStopped(); // with the caller's token
            throw;
        }
        finally
        {
            lock (ending)
            {
                ended = true; // a timer may still call after it was disposed
            }
        }

        void Ask()
        {
            lock (ending)
            {
                if (!ended && context.IsCanceled)
                {
                    stopped.Cancel();
                }
            }
        }
    }
}
