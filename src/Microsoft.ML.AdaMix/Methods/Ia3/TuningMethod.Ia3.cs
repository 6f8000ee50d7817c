namespace Microsoft.ML.AdaMix;

public abstract partial class TuningMethod
{
    /// <summary>IA3 (Liu et al. 2022): learned vectors that multiply key, value and intermediate projections.</summary>
    public static Ia3 Ia3() => new();
}
