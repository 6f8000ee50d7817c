namespace Microsoft.ML.AdaMix;

public abstract partial class TuningMethod
{
    /// <summary>Full fine-tuning: every weight of the encoder is trained.</summary>
    public static FullFineTuning FullFineTuning() => new();
}
