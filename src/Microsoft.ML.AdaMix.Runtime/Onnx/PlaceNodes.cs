namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>
/// What attention knows of places beside what the embeddings say of them. Each member does nothing by default; a family overrides those
/// that it needs.
/// </summary>
/// <remarks>Where only the read tokens are computed, Tq is 1 and the query is the first one.</remarks>
internal abstract class PlaceNodes
{
    /// <summary>What queries are multiplied with before the product.</summary>
    /// <param name="headSize">Channels of a head.</param>
    public virtual float Scale(int headSize) => 1f / MathF.Sqrt(headSize);

    /// <summary>Queries and keys, [B, Tq, heads, d] and [B, T, heads, d], turned by their places.</summary>
    public virtual (string Queries, string Keys) Turned(int layer, string queries, string keys, bool readTokensOnly) => (queries, keys);

    /// <summary>What is added to the scores, something that broadcasts to [B, heads, Tq, T]; null for nothing.</summary>
    /// <param name="layer">Which layer.</param>
    /// <param name="queries">[B, heads, Tq, d], scaled.</param>
    /// <param name="keys">[B, heads, d, T].</param>
    /// <param name="readTokensOnly">Whether only the read tokens are computed.</param>
    public virtual string? Added(int layer, string queries, string keys, bool readTokensOnly) => null;

    /// <summary>Dimensions of what <see cref="Added"/> gives.</summary>
    public virtual int AddedDimensions => 4;

    /// <summary>What a layer adds for tokens that it does not see, from [B, 1, 1, T] to [B, 1, Tq, T].</summary>
    public virtual string Masked(int layer, string mask, bool readTokensOnly) => mask;
}
