namespace Microsoft.ML.AdaMix;

public abstract partial class TuningMethod
{
    /// <summary>LoRA (Hu et al. 2022): low-rank updates of query and value, or of any matrices.</summary>
    /// <param name="rank">Rank, 1 to 1024. Default 8.</param>
    /// <param name="alpha">Numerator of the scale alpha / rank. Default 16.</param>
    public static Lora Lora(int rank = 8, double alpha = 16) => new() { Rank = rank, Alpha = alpha };
}
