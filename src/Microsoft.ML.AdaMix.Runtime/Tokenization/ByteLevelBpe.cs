using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.AdaMix.Tokenization;

/// <summary>
/// RoBERTa's byte-level BPE: words by GPT-2's pattern, their UTF-8 bytes merged by rank. The merging is Microsoft.ML.Tokenizers'; the
/// splitting is ours, because the library's patterns see UTF-16 halves instead of characters beyond the basic plane.
/// </summary>
internal sealed class ByteLevelBpe : ITextModel
{
    private readonly BpeTokenizer _bpe;
    private readonly bool _addPrefixSpace;

    public ByteLevelBpe(Vocabulary vocabulary, TokenizerSettings settings)
    {
        _addPrefixSpace = settings.AddPrefixSpace;
        try
        {
            _bpe = BpeTokenizer.Create(new BpeOptions(vocabulary.Ids)
            {
                Merges = vocabulary.Merges,
                ByteLevel = true,
                PreTokenizer = new Gpt2PreTokenizer(),
            });
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException or InvalidDataException)
        {
            throw new InvalidDataException($"The merges of '{vocabulary.Source}' do not fit its vocabulary: {error.Message}", error);
        }
    }

    public void Append(string text, List<int> ids)
    {
        if (text.Length > 0)
        {
            ids.AddRange(_bpe.EncodeToIds(_addPrefixSpace && !char.IsWhiteSpace(text[0]) ? " " + text : text));
        }
    }
}
