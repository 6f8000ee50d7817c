namespace Microsoft.ML.AdaMix;

public abstract partial class TuningMethod
{
    /// <summary>BitFit (Ben Zaken et al. 2022): all biases are trained, nothing is added.</summary>
    public static BitFit BitFit() => new();
}
