namespace Microsoft.ML.AdaMix.Tokenization.Words;

/// <summary>A word is a token or unknown.</summary>
internal sealed class WordLevelModel(Dictionary<string, int> ids, int unknown) : IWordModel
{
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _ids = ids.GetAlternateLookup<ReadOnlySpan<char>>();

    public void Append(ReadOnlySpan<char> word, List<int> ids) => ids.Add(_ids.TryGetValue(word, out int id) ? id : unknown);
}
