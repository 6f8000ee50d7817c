namespace Microsoft.ML.AdaMix.Tokenization;

/// <summary>Two tokens of BPE that become one.</summary>
internal readonly record struct Merge(string Left, string Right);

/// <summary>Tokens with their ids, and for BPE the merges by rank.</summary>
/// <param name="Source">What errors call it.</param>
/// <param name="Ids">Token to id.</param>
/// <param name="Merges">The most frequent first; empty for all but BPE.</param>
internal sealed record Vocabulary(string Source, IReadOnlyDictionary<string, int> Ids, IReadOnlyList<Merge> Merges)
{
    /// <summary>One more than the highest id.</summary>
    public int Size { get; } = Ids.Count == 0 ? 0 : Ids.Values.Max() + 1;

    /// <summary>The id of a token that has a role.</summary>
    /// <exception cref="InvalidDataException">There is no such token.</exception>
    public int Require(string role, string token) => Ids.TryGetValue(token, out int id)
        ? id
        : throw new InvalidDataException(
            $"The vocabulary of '{Source}' has no {role} '{token}'; check {role} in tokenizer_config.json against the vocabulary.");

    /// <summary>Refuses ids that the encoder has no embedding for.</summary>
    /// <param name="rows">Of the encoder's word embeddings.</param>
    /// <exception cref="InvalidDataException">There is such an id.</exception>
    public void RequireWithin(int rows)
    {
        if (Size > rows)
        {
            (string token, int id) = Ids.First(entry => entry.Value >= rows);
            throw new InvalidDataException(
                $"The vocabulary of '{Source}' has the token '{token}' with the id {id}, but the encoder has embeddings for {rows} tokens,"
                + $" ids 0 to {rows - 1}. Take the tokenizer that belongs to the encoder.");
        }
    }
}
