namespace Microsoft.ML.AdaMix.Reading;

/// <summary>Rows without a label, which a model is to label.</summary>
/// <param name="Ids">Token ids without padding.</param>
/// <param name="Weights">Weight of each row, or null for equal ones.</param>
internal sealed record UnlabelledRows(TokenTable Ids, List<float>? Weights)
{
    public int Count => Ids.Count;

    /// <summary>Those whose text is neither that of a row with a label nor that of one before.</summary>
    /// <param name="labelled">Rows with a label.</param>
    /// <param name="validation">More of them, on which the model is judged; null for none.</param>
    public UnlabelledRows Besides(TokenTable labelled, TokenTable? validation)
    {
        HashSet<string> known = [.. new[] { labelled, validation }.OfType<TokenTable>().SelectMany(
            rows => Enumerable.Range(0, rows.Count).Select(rows.Bits))];
        int[] kept = [.. Enumerable.Range(0, Count).Where(row => known.Add(Ids.Bits(row)))];
        return kept.Length == Count ? this : new(Ids.Select(kept), Weights is null ? null : [.. kept.Select(row => Weights[row])]);
    }
}
