namespace Microsoft.ML.AdaMix.Training;

/// <summary>Where dropout acts in the encoder, and how often it zeroes a value.</summary>
/// <param name="Hidden">On the outputs of embeddings, attention and feed-forward.</param>
/// <param name="Attention">On attention probabilities.</param>
internal sealed record DropoutRates(double Hidden, double Attention)
{
    /// <summary>Whether it acts below the first tuned layer too.</summary>
    public bool InFrozenPart { get; init; } = true;

    /// <summary>Whether nothing random happens below the first tuned layer, so that all passes have that part in common.</summary>
    public bool SharesFrozenPart => !InFrozenPart || (Hidden == 0 && Attention == 0);
}
