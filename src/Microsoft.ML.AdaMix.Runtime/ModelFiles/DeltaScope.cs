namespace Microsoft.ML.AdaMix.ModelFiles;

/// <summary>
/// What <c>SaveDelta</c> and <c>LoadDelta</c> tell the models inside of a pipeline; ML.NET's own Save and Load pass nothing on. Holds for
/// the calls made within, on whatever thread.
/// </summary>
internal sealed class DeltaScope : IDisposable
{
    private static readonly AsyncLocal<DeltaScope?> Active = new();

    private readonly DeltaScope? _outer = Active.Value;
    private int _saved;
    private volatile bool _usedEncoder;

    private DeltaScope() => Active.Value = this;

    /// <summary>The innermost scope, or null.</summary>
    public static DeltaScope? Current => Active.Value;

    /// <summary>How models are saved without their encoder; null: they are saved with it.</summary>
    public DeltaPrecision? Precision { get; private init; }

    /// <summary>The encoder that the caller gave for loading; null: known ones are looked through.</summary>
    public PretrainedEncoder? Encoder { get; private init; }

    /// <summary>Whether a model was loaded on that encoder; one that has its own in its file does not ask for it.</summary>
    public bool UsedEncoder => _usedEncoder;

    /// <summary>How many models were saved without their encoder.</summary>
    public int Saved => _saved;

    public static DeltaScope ForSaving(DeltaPrecision precision) => new() { Precision = precision };

    public static DeltaScope ForLoading(PretrainedEncoder encoder) => new() { Encoder = encoder };

    /// <summary>The encoder for a model that was saved without its own; null: known ones are looked through.</summary>
    public PretrainedEncoder? UseEncoder()
    {
        _usedEncoder = true;
        return Encoder;
    }

    public void CountSaved() => Interlocked.Increment(ref _saved);

    public void Dispose() => Active.Value = _outer;
}
