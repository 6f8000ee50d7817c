namespace Microsoft.ML.AdaMix;

public abstract partial class TuningMethod
{
    /// <summary>Only the head is trained; the encoder stays as it is.</summary>
    public static HeadOnly HeadOnly() => new();
}
