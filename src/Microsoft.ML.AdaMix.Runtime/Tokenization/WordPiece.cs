using Microsoft.ML.AdaMix.Tokenization.Normalizers;
using Microsoft.ML.AdaMix.Tokenization.Words;

namespace Microsoft.ML.AdaMix.Tokenization;

/// <summary>BERT's tokenizer in one: cleaning, words between blanks and punctuation, the longest known piece first.</summary>
internal sealed class WordPiece : IStretchModel
{
    private readonly WordCache _pieces;
    private readonly BertNormalizer _normalizer;
    private readonly LongRuns _runs;
    private readonly int _mostCharacters;

    public WordPiece(WordPieceParts parts, BertNormalizer normalizer, IWordModel pieces)
    {
        _normalizer = normalizer;
        _mostCharacters = parts.MostCharacters;
        _runs = new LongRuns(_normalizer, _mostCharacters);
        _pieces = new WordCache(pieces);
    }

    public bool IsLocal => true;

    public bool KnowsUnended => true;

    public void Append(Stretch stretch, bool goesOn, List<int> ids)
    {
        // Character by character, so that nothing that follows changes it.
        string normalized = _normalizer.Normalize(_runs.Shorten(stretch.ToString()));
        int end = goesOn ? EndOfCertain(normalized) : normalized.Length;
        foreach ((int offset, int length) in BertPreTokenizer.Split(normalized.AsSpan(0, end)))
        {
            _pieces.Append(normalized.AsSpan(offset, length), ids);
        }
    }

    // A word's pieces are those of the whole word; only one that is too long already is unknown whatever follows.
    private int EndOfCertain(string normalized)
    {
        int start = BertPreTokenizer.LastWordStart(normalized);
        return WordPieceModel.Characters(normalized.AsSpan(start)) > _mostCharacters ? normalized.Length : start;
    }
}
