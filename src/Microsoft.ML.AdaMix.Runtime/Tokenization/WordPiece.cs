using System.Text;
using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.AdaMix.Tokenization;

/// <summary>
/// BERT's WordPiece: the longest known piece first. Looking up pieces is Microsoft.ML.Tokenizers'; cleaning, accents and splitting are
/// ours (<see cref="BertNormalizer"/>, <see cref="BertPreTokenizer"/>), because the library's differ from the reference on control characters,
/// characters beyond the basic plane and several scripts.
/// </summary>
internal sealed class WordPiece : ITextModel
{
    private const int MaxCharactersPerWord = 100;

    private readonly WordPieceTokenizer _pieces;
    private readonly BertNormalizer _normalizer;

    public WordPiece(Vocabulary vocabulary, TokenizerSettings settings)
    {
        _normalizer = new BertNormalizer(settings);
        using MemoryStream lines = new(Encoding.UTF8.GetBytes(string.Join('\n', vocabulary.InOrder())));
        try
        {
            _pieces = WordPieceTokenizer.Create(lines, new WordPieceOptions
            {
                PreTokenizer = new BertPreTokenizer(),
                UnknownToken = settings.UnkToken,
                MaxInputCharsPerWord = MaxCharactersPerWord,
            });
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException)
        {
            throw new InvalidDataException($"The vocabulary of '{vocabulary.Source}' is not one of WordPiece: {error.Message}", error);
        }
    }

    public void Append(string text, List<int> ids)
    {
        string normalized = _normalizer.Normalize(text);
        if (normalized.Length > 0)
        {
            ids.AddRange(_pieces.EncodeToIds(normalized));
        }
    }
}
