using System.Text;
using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.AdaMix.Tokenization;

/// <summary>BERT's WordPiece: the longest known piece first.</summary>
/// <remarks>
/// Looking up pieces is Microsoft.ML.Tokenizers'; cleaning, accents and splitting are ours (<see cref="BertNormalizer"/>,
/// <see cref="BertPreTokenizer"/>), because the library's differ from the reference on control characters, characters beyond the basic
/// plane and several scripts.
/// </remarks>
internal sealed class WordPiece : ISubwordModel
{
    private const int MaxCharactersPerWord = 100;

    private readonly WordPieceTokenizer _pieces;
    private readonly BertNormalizer _normalizer;
    private readonly LongRuns _runs;
    private readonly int _unknown;

    public WordPiece(Vocabulary vocabulary, TokenizerSettings settings)
    {
        _normalizer = new BertNormalizer(settings);
        _runs = new LongRuns(_normalizer, MaxCharactersPerWord);
        _unknown = vocabulary.Ids.TryGetValue(settings.UnkToken, out int unknown)
            ? unknown
            : throw new InvalidDataException(
                $"The vocabulary of '{vocabulary.Source}' has no unk_token '{settings.UnkToken}'; check unk_token in "
                + "tokenizer_config.json against the vocabulary.");
        using MemoryStream lines = new(Encoding.UTF8.GetBytes(string.Join('\n', vocabulary.InOrder())));
        try
        {
            _pieces = WordPieceTokenizer.Create(lines, new WordPieceOptions
            {
                PreTokenizer = new BertPreTokenizer(),
                UnknownToken = settings.UnkToken,
                MaxInputCharsPerWord = 2 * MaxCharactersPerWord, // the library counts UTF-16 units; the limit itself is in Append
            });
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException)
        {
            throw new InvalidDataException($"The vocabulary of '{vocabulary.Source}' is not one of WordPiece: {error.Message}", error);
        }
    }

    public void Append(string text, bool goesOn, List<int> ids)
    {
        string normalized = _normalizer.Normalize(_runs.Shorten(text)); // character by character, so that nothing that follows changes it
        if (goesOn)
        {
            normalized = WithoutUnendedWord(normalized);
        }

        int start = 0;
        if (normalized.Length > MaxCharactersPerWord)
        {
            foreach ((int offset, int length) in BertPreTokenizer.Split(normalized))
            {
                if (length > MaxCharactersPerWord && Characters(normalized.AsSpan(offset, length)) > MaxCharactersPerWord)
                {
                    AppendPieces(normalized[start..offset], ids);
                    ids.Add(_unknown);
                    start = offset + length;
                }
            }
        }

        AppendPieces(normalized[start..], ids);
    }

    // A word's pieces are those of the whole word; only one that is too long already is unknown whatever follows.
    private static string WithoutUnendedWord(string normalized)
    {
        int start = BertPreTokenizer.LastWordStart(normalized);
        return Characters(normalized.AsSpan(start)) > MaxCharactersPerWord ? normalized : normalized[..start];
    }

    private void AppendPieces(string text, List<int> ids)
    {
        if (text.Length > 0)
        {
            ids.AddRange(_pieces.EncodeToIds(text));
        }
    }

    private static int Characters(ReadOnlySpan<char> word)
    {
        int count = 0;
        foreach (Rune _ in word.EnumerateRunes())
        {
            count++;
        }

        return count;
    }
}
