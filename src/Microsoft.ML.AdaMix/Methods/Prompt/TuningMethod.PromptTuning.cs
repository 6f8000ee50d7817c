namespace Microsoft.ML.AdaMix;

public abstract partial class TuningMethod
{
    /// <summary>Prompt tuning (Lester et al. 2021): trained embeddings before the text.</summary>
    /// <param name="tokens">How many, 1 to 256. Default 20.</param>
    public static PromptTuning PromptTuning(int tokens = 20) => new() { Tokens = tokens };
}
