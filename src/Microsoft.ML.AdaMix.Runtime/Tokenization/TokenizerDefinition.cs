using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Tokenization.Added;
using Microsoft.ML.AdaMix.Tokenization.Frames;
using Microsoft.ML.AdaMix.Tokenization.Normalizers;
using Microsoft.ML.AdaMix.Tokenization.PreTokenizers;
using Microsoft.ML.AdaMix.Tokenization.Words;

namespace Microsoft.ML.AdaMix.Tokenization;

/// <summary>A tokenizer as its files say it is: added tokens, normalizer, pre-tokenizer, model and frame.</summary>
internal sealed record TokenizerDefinition
{
    public INormalizer? Normalizer { get; init; }

    public IPreTokenizer? PreTokenizer { get; init; }

    public required ModelParts Model { get; init; }

    /// <summary>In the order of the file.</summary>
    public required IReadOnlyList<AddedToken> Added { get; init; }

    public required Frame Frame { get; init; }

    public required TokenizerSettings Settings { get; init; }

    /// <summary>
    /// Ids of added tokens that count although they do not follow from the vocabulary, as in folders without tokenizer.json.
    /// </summary>
    public IReadOnlyDictionary<string, int>? DeclaredIds { get; init; }

    /// <summary>The parts in JSON, where no tokenizer.json has them.</summary>
    public JsonObject? Written { get; init; }

    public AddedVocabulary AddedVocabulary() => new(Added, Model.Vocabulary.Ids, DeclaredIds);

    /// <summary>Strings that are structure: no text becomes them unless that is asked for.</summary>
    public IReadOnlySet<string> Specials() => AddedVocabulary().Specials;

    /// <summary>All tokens, added ones too.</summary>
    public Vocabulary WholeVocabulary()
    {
        Dictionary<string, int> ids = new(Model.Vocabulary.Ids, StringComparer.Ordinal);
        foreach ((string token, int id) in AddedVocabulary().Ids)
        {
            ids[token] = id;
        }

        return new Vocabulary(Model.Vocabulary.Source, ids, Model.Vocabulary.Merges);
    }

    /// <summary>The text of a token, with the blank that it may begin with; null where it is no whole characters.</summary>
    public string? TextOf(string token) =>
        PreTokenizer is ByteLevelSplitter or PreTokenizerSequence { PreTokenizers: [.., ByteLevelSplitter] } ? ByteCharacters.Decode(token)
        : Model is BytePairParts { EndSuffix: { Length: > 0 } suffix } && token.EndsWith(suffix, StringComparison.Ordinal)
            ? token[..^suffix.Length]
            : token.Replace('\u2581', ' ');

    /// <summary>What gives ids of texts.</summary>
    /// <param name="plain">Tokens whose strings are text in texts.</param>
    /// <param name="isStrict">
    /// Whether no word becomes one of these either. The library has them out of reach nowhere, its lines with "never" in Unigram alone,
    /// where whole strings of text are pieces.
    /// </param>
    /// <exception cref="InvalidDataException">The parts do not fit each other.</exception>
    public ISubwordModel Create(IReadOnlySet<string> plain, bool isStrict)
    {
        AddedVocabulary added = AddedVocabulary();
        AddedTokenFinder? raw = added.Finder(isNormalized: false, Normalizer, plain);
        AddedTokenFinder? normalized = added.Finder(isNormalized: true, Normalizer, plain);
        IReadOnlySet<string> withheld = isStrict || Model is UnigramParts ? plain : new HashSet<string>(StringComparer.Ordinal);
        Vocabulary whole = WholeVocabulary();
        IStretchModel words = this switch
        {
            { Normalizer: null, PreTokenizer: ByteLevelSplitter { UsesPattern: true } bytes }
                when Model is BytePairParts { IsPlain: true } parts => new ByteLevelBpe(parts.Vocabulary, bytes.AddPrefixSpace, withheld),
            { Normalizer: BertNormalizer { CleansText: true } bert, PreTokenizer: BertSplitter, Model: WordPieceParts parts }
                when normalized is null => new WordPiece(parts, bert, Model.Create(withheld, whole)),
            _ => new WordStage(PreTokenizer, Model.Create(withheld, whole)),
        };
        bool isWhole = words is WordPiece || (Normalizer, normalized) is (null, null);
        return new TokenizerPipeline(raw, isWhole ? words : new NormalizedStage(Normalizer, normalized, words));
    }
}
