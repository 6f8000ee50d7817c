using Microsoft.ML.AdaMix.Tokenization.PreTokenizers;
using Microsoft.ML.AdaMix.Tokenization.Words;

namespace Microsoft.ML.AdaMix.Tokenization;

/// <summary>Splits normalized text into words and encodes each.</summary>
internal sealed class WordStage : IStretchModel
{
    private readonly IPreTokenizer? _preTokenizer;
    private readonly ByteLevelSplitter? _bytes; // the last one: its words are kept as text, and made bytes of where they are not known yet
    private readonly WordCache _model;

    public WordStage(IPreTokenizer? preTokenizer, IWordModel model)
    {
        (_preTokenizer, _bytes) = preTokenizer switch
        {
            ByteLevelSplitter bytes => (null, bytes),
            PreTokenizerSequence { PreTokenizers: [.., ByteLevelSplitter bytes] } sequence =>
                (new PreTokenizerSequence([.. sequence.PreTokenizers.SkipLast(1)]), bytes),
            _ => (preTokenizer, (ByteLevelSplitter?)null),
        };
        IsLocal = preTokenizer is { IsLocal: true, SplitsAtBlanks: true };
        _model = new WordCache(_bytes is null ? model : new ByteWords(model));
    }

    public bool IsLocal { get; }

    public bool KnowsUnended => false;

    public void Append(Stretch stretch, bool goesOn, List<int> ids)
    {
        List<Stretch> words = [];
        if (_preTokenizer is null)
        {
            words.Add(stretch);
        }
        else
        {
            _preTokenizer.Split(stretch, words);
        }

        if (_bytes is not null)
        {
            List<Stretch> split = new(words.Count);
            foreach (Stretch word in words)
            {
                if (!word.Text.IsEmpty)
                {
                    _bytes.SplitText(word, split);
                }
            }

            words = split;
        }

        foreach (Stretch word in words)
        {
            if (!word.Text.IsEmpty)
            {
                _model.Append(word.Span, ids);
            }
        }
    }

    /// <summary>Words as GPT-2's characters for their bytes.</summary>
    private sealed class ByteWords(IWordModel model) : IWordModel
    {
        public void Append(ReadOnlySpan<char> word, List<int> ids) => model.Append(ByteCharacters.Encode(word), ids);
    }
}
