using Microsoft.ML.AdaMix.Tokenization.Normalizers;

namespace Microsoft.ML.AdaMix.Tokenization.Added;

/// <summary>Added tokens with their ids: the vocabulary's if it has the string, otherwise counted on from its size.</summary>
internal sealed class AddedVocabulary
{
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private readonly Dictionary<int, AddedToken> _tokens = [];
    private readonly List<AddedToken> _special = [];
    private readonly List<AddedToken> _ordinary = [];

    /// <param name="tokens">In the order of the file.</param>
    /// <param name="vocabulary">The model's ids.</param>
    /// <param name="declared">
    /// Ids that count although they do not follow from the vocabulary, as in folders without tokenizer.json; null for none.
    /// </param>
    public AddedVocabulary(
        IReadOnlyList<AddedToken> tokens, IReadOnlyDictionary<string, int> vocabulary, IReadOnlyDictionary<string, int>? declared = null)
    {
        HashSet<string> special = new(StringComparer.Ordinal);
        foreach (AddedToken token in tokens.Where(token => token is { IsSpecial: true, Content.Length: > 0 }))
        {
            if (special.Add(token.Content))
            {
                _special.Add(token);
            }
        }

        Specials = special;
        int last = -1;
        HashSet<AddedToken> seen = [];
        foreach (AddedToken token in tokens)
        {
            if (token.Content.Length == 0 || !seen.Add(token))
            {
                continue;
            }

            if (!_ids.TryGetValue(token.Content, out int id) && !vocabulary.TryGetValue(token.Content, out id))
            {
                id = declared is not null && declared.TryGetValue(token.Content, out int own) ? own
                    : last >= vocabulary.Count || (vocabulary.Count == 0 && last >= 0) ? last + 1
                    : vocabulary.Count;
            }

            last = Math.Max(last, id);
            _ids[token.Content] = id;
            _tokens[id] = token;
            if (!special.Contains(token.Content))
            {
                _ordinary.Add(token);
            }
        }
    }

    /// <summary>All added tokens with their ids.</summary>
    public IReadOnlyDictionary<string, int> Ids => _ids;

    /// <summary>By id, as the last entry of the file has it.</summary>
    public IReadOnlyDictionary<int, AddedToken> Tokens => _tokens;

    /// <summary>The strings of special tokens.</summary>
    public IReadOnlySet<string> Specials { get; }

    /// <summary>What finds those that are looked for before normalizing, or behind it; null if there are none.</summary>
    /// <param name="isNormalized">Which of both.</param>
    /// <param name="normalizer">Normalizes their strings.</param>
    /// <param name="plain">Special tokens that are text.</param>
    public AddedTokenFinder? Finder(bool isNormalized, INormalizer? normalizer, IReadOnlySet<string> plain)
    {
        List<(string Text, int Id)> patterns = [];
        foreach (AddedToken token in _special.Concat(_ordinary).Where(token => token.IsNormalized == isNormalized))
        {
            string text = isNormalized && normalizer is not null
                ? normalizer.Normalize(Stretch.Whole(token.Content)).ToString()
                : token.Content;
            if (text.Length == 0)
            {
                throw new InvalidDataException(
                    $"The added token '{token.Content}' is normalized to nothing, which is not supported: set normalized to false.");
            }

            patterns.Add((text, _ids[token.Content]));
        }

        // Tokens that are text all of them change nothing by being found.
        return patterns.TrueForAll(pattern => plain.Contains(_tokens[pattern.Id].Content))
            ? null
            : new AddedTokenFinder(patterns, _tokens, plain);
    }
}
