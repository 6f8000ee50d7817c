using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Tokenization;

/// <summary>
/// Puts special tokens around the ids of a text or pair and truncates. RoBERTa: <c>&lt;s&gt; A &lt;/s&gt;</c> and <c>&lt;s&gt; A
/// &lt;/s&gt;&lt;/s&gt; B &lt;/s&gt;</c>.
/// </summary>
/// <remarks>BERT: <c>[CLS] A [SEP]</c> and <c>[CLS] A [SEP] B [SEP]</c>, the last part of type 1.</remarks>
internal sealed class FramedTokenizer(ISubwordModel model, SpecialTokens special, EncoderFamily family, int vocabularySize, int? maxLength)
    : ITextTokenizer
{
    private const int FrameOfSingle = 2;
    private readonly int _frameOfPair = family == EncoderFamily.Roberta ? 4 : 3;

    /// <summary>Gives the ids of words alone.</summary>
    public required ISubwordModel Words { get; init; }

    /// <summary>Gives the ids of texts in a template, whose mask no text can bring with it.</summary>
    public required ISubwordModel InTemplates { get; init; }

    public SpecialTokens Special => special;

    public int PadId => special.Pad;

    public int VocabularySize => vocabularySize;

    public int? MaxLength => maxLength;

    public TokenIds Encode(string text, string? pair, int maxLength)
    {
        int frame = pair is null ? FrameOfSingle : _frameOfPair;
        if (maxLength < frame)
        {
            throw new ArgumentOutOfRangeException(nameof(maxLength), maxLength,
                $"The special tokens of {(pair is null ? "a text" : "a pair")} alone need {frame} tokens; the maximum length must be at "
                + "least that.");
        }

        int room = maxLength - frame;
        (TextBeginning first, TextBeginning second) = TextBeginning.ReadBoth(model, text, pair, room);
        (int firstLength, int secondLength) = LongestFirst(first.Count, second.Count, room);
        int[] ids = new int[firstLength + secondLength + frame];
        int next = 0;
        ids[next++] = special.Cls;
        next = Copy(first.Ids, firstLength, ids, next);
        ids[next++] = special.Sep;
        int secondStart = ids.Length;
        if (pair is not null)
        {
            if (family == EncoderFamily.Roberta)
            {
                ids[next++] = special.Sep;
            }
            else
            {
                secondStart = next;
            }

            next = Copy(second.Ids, secondLength, ids, next);
            ids[next] = special.Sep;
        }

        return new TokenIds(ids, secondStart, first.Expected - firstLength + second.Expected - secondLength);
    }

    /// <summary>
    /// How many tokens of each part stay: only the longer is cut while that is enough, otherwise both get half and the one that was longer
    /// (the second on a tie) the odd one, as Hugging Face's tokenizers do it.
    /// </summary>
    internal static (int First, int Second) LongestFirst(int first, int second, int room)
    {
        if (first + second <= room)
        {
            return (first, second);
        }

        bool swapped = first > second;
        int shorter = Math.Min(first, second);
        int longer = shorter > room ? shorter : Math.Max(shorter, room - shorter);
        if (shorter + longer > room)
        {
            shorter = room / 2;
            longer = shorter + (room % 2);
        }

        return swapped ? (longer, shorter) : (shorter, longer);
    }

    private static int Copy(List<int> source, int count, int[] destination, int start)
    {
        source.CopyTo(0, destination, start, count);
        return start + count;
    }
}
