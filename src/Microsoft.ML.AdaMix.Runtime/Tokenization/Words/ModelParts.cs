namespace Microsoft.ML.AdaMix.Tokenization.Words;

/// <summary>What a file says of a model.</summary>
/// <param name="Vocabulary">Its tokens, without added ones.</param>
internal abstract record ModelParts(Vocabulary Vocabulary)
{
    /// <summary>Makes the model.</summary>
    /// <param name="withheld">Tokens that no word becomes.</param>
    /// <param name="whole">The vocabulary with added tokens, of which one may be the unknown token.</param>
    /// <exception cref="InvalidDataException">It is not consistent.</exception>
    public abstract IWordModel Create(IReadOnlySet<string> withheld, Vocabulary whole);

    /// <summary>The vocabulary without what is withheld.</summary>
    protected Dictionary<string, int> Without(IReadOnlySet<string> withheld)
    {
        Dictionary<string, int> ids = new(Vocabulary.Ids, StringComparer.Ordinal);
        foreach (string token in withheld)
        {
            ids.Remove(token);
        }

        return ids;
    }
}

/// <summary>A word is a token or unknown.</summary>
internal sealed record WordLevelParts(Vocabulary Vocabulary, string UnknownToken) : ModelParts(Vocabulary)
{
    public override IWordModel Create(IReadOnlySet<string> withheld, Vocabulary whole) =>
        new WordLevelModel(Without(withheld), whole.Require("unk_token", UnknownToken));
}

/// <summary>The longest piece first.</summary>
/// <param name="Vocabulary">Pieces with their ids.</param>
/// <param name="UnknownToken">What stands for a word that has no pieces.</param>
/// <param name="ContinuingPrefix">What pieces behind others begin with.</param>
/// <param name="MostCharacters">Longer words are unknown.</param>
internal sealed record WordPieceParts(
    Vocabulary Vocabulary, string UnknownToken = "[UNK]", string ContinuingPrefix = "##", int MostCharacters = 100)
    : ModelParts(Vocabulary)
{
    public override IWordModel Create(IReadOnlySet<string> withheld, Vocabulary whole) =>
        new WordPieceModel(Without(withheld), ContinuingPrefix, whole.Require("unk_token", UnknownToken), MostCharacters);
}

/// <summary>Byte-pair encoding.</summary>
/// <param name="Vocabulary">Tokens and merges.</param>
/// <param name="UnknownToken">What stands for characters that are no token; null: they are left out.</param>
/// <param name="ContinuingPrefix">What characters begin with that are not the first of their word.</param>
/// <param name="EndSuffix">What the last character of a word ends with.</param>
/// <param name="FusesUnknown">Whether unknown characters side by side are one unknown token.</param>
/// <param name="FallsBackToBytes">Whether an unknown character becomes tokens such as <c>&lt;0xE2&gt;</c>.</param>
/// <param name="IgnoresMerges">Whether a word that is a token is that, whatever the merges make of it.</param>
internal sealed record BytePairParts(
    Vocabulary Vocabulary,
    string? UnknownToken = null,
    string ContinuingPrefix = "",
    string EndSuffix = "",
    bool FusesUnknown = false,
    bool FallsBackToBytes = false,
    bool IgnoresMerges = false) : ModelParts(Vocabulary)
{
    /// <summary>Whether all that counts are tokens and merges, in words of bytes.</summary>
    public bool IsPlain => ContinuingPrefix.Length == 0 && EndSuffix.Length == 0 && !IgnoresMerges
        && (HasAllBytes || (UnknownToken is null && !FallsBackToBytes));

    /// <summary>Whether the vocabulary has a token for every byte in GPT-2's characters, so that nothing is unknown.</summary>
    public bool HasAllBytes { get; } =
        Enumerable.Range(0, 256).All(value => Vocabulary.Ids.ContainsKey(ByteCharacters.Of((byte)value).ToString()));

    public override IWordModel Create(IReadOnlySet<string> withheld, Vocabulary whole) => new BytePairModel(this, withheld, whole);
}

/// <summary>Unigram.</summary>
/// <param name="Vocabulary">Pieces with their ids.</param>
/// <param name="Pieces">By id.</param>
/// <param name="Scores">By id, the logarithms of probabilities.</param>
/// <param name="UnknownId">What stands for unknown characters.</param>
/// <param name="FallsBackToBytes">Whether unknown characters become tokens such as <c>&lt;0xE2&gt;</c>.</param>
internal sealed record UnigramParts(
    Vocabulary Vocabulary, string[] Pieces, double[] Scores, int UnknownId, bool FallsBackToBytes)
    : ModelParts(Vocabulary)
{
    public override IWordModel Create(IReadOnlySet<string> withheld, Vocabulary whole) => new UnigramModel(this, Without(withheld));
}
