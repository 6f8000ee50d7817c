namespace Microsoft.ML.AdaMix.Scoring;

/// <summary>
/// What <c>Transform</c> with a token tells the models inside of a pipeline; ML.NET's own passes nothing on. Holds for the calls made
/// within, on whatever thread.
/// </summary>
internal sealed class CancellationScope : IDisposable
{
    private static readonly AsyncLocal<CancellationScope?> Active = new();

    private readonly CancellationScope? _outer = Active.Value;
    private readonly CancellationToken _token;
    private int _views;

    public CancellationScope(CancellationToken token)
    {
        _token = token;
        Active.Value = this;
    }

    /// <summary>How many views were made that listen to the token.</summary>
    public int Views => Volatile.Read(ref _views);

    /// <summary>The token for a new view: that of the innermost scope, or none.</summary>
    public static CancellationToken Take()
    {
        if (Active.Value is not { } scope)
        {
            return CancellationToken.None;
        }

        Interlocked.Increment(ref scope._views);
        return scope._token;
    }

    public void Dispose() => Active.Value = _outer;
}
