using Microsoft.ML.AdaMix.Hosting;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.AdaMix.Scoring;

/// <summary>What is known of the times that a view was read. Safe for use by many threads.</summary>
/// <param name="environment">The model's.</param>
/// <param name="cancellation">Stops every reading.</param>
internal sealed class Readings(IHostEnvironment environment, CancellationToken cancellation)
{
    private readonly ContextWatch _sinceMade = new(environment);
    private long _scored; // rows of a reading that scored to the end
    private int _begun;
    private int _warned;

    /// <summary>
    /// What stops a reading that begins now: a context that is cancelled from now on, and for the first one also one that was cancelled
    /// since the view was made.
    /// </summary>
    public ReadingStop Begin() =>
        new(Interlocked.Exchange(ref _begun, 1) == 0 ? _sinceMade : new ContextWatch(environment), cancellation);

    /// <summary>Says once, in ML.NET's log, that rows are scored which an earlier reading has scored to the end.</summary>
    public void Scoring()
    {
        long rows = Volatile.Read(ref _scored);
        if (rows > 0 && Interlocked.Exchange(ref _warned, 1) == 0)
        {
            using IChannel channel = environment.Start("Scoring");
            channel.Warning(
                MessageSensitivity.None,
                $"All {rows} rows of this view were scored before, and are scored anew each time that it is read; a trainer that reads"
                + " embeddings or scores may do so in each of its passes. Keep what is computed: AppendCacheCheckpoint(mlContext) in the"
                + " pipeline after the AdaMix trainer, or mlContext.Data.Cache(view).");
        }
    }

    /// <summary>A reading came to the view's end.</summary>
    /// <param name="scored">How many rows it scored.</param>
    public void Ended(long scored)
    {
        if (scored > 0)
        {
            Volatile.Write(ref _scored, scored);
        }
    }
}
