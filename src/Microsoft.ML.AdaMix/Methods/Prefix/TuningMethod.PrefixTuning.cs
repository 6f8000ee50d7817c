namespace Microsoft.ML.AdaMix;

public abstract partial class TuningMethod
{
    /// <summary>Prefix tuning (Li and Liang 2021): trained keys and values in every layer.</summary>
    /// <param name="tokens">How many, 1 to 256. Default 20.</param>
    public static PrefixTuning PrefixTuning(int tokens = 20) => new() { Tokens = tokens };
}
