namespace Microsoft.ML.AdaMix.Reading;

/// <summary>Rows without a label, which a model is to label.</summary>
/// <param name="Ids">Token ids without padding.</param>
/// <param name="Weights">Weight of each row, or null for equal ones.</param>
internal sealed record UnlabelledRows(TokenTable Ids, List<float>? Weights)
{
    public int Count => Ids.Count;
}
