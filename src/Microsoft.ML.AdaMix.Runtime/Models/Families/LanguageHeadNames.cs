namespace Microsoft.ML.AdaMix.Models.Families;

/// <summary>Where checkpoints of a family have their masked-LM head: <c>decoder(norm(activation(dense(h))))</c>.</summary>
/// <param name="Dense">The first layer.</param>
/// <param name="Norm">The LayerNorm.</param>
/// <param name="Decoder">The last layer's weight, which may be missing where it is the word embeddings.</param>
/// <param name="Biases">Names of its bias, the first that is there counts.</param>
/// <param name="Class">Whose checkpoints have it.</param>
internal sealed record LanguageHeadNames(string Dense, string Norm, string Decoder, string[] Biases, string Class)
{
    /// <summary>Whether the activation is GELU, whatever the encoder's own is.</summary>
    public bool IsGelu { get; init; }
}
