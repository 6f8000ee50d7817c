using Microsoft.ML.AdaMix.Tokenization.Frames;

namespace Microsoft.ML.AdaMix.Tokenization;

/// <summary>Puts special tokens around the ids of a text or pair and truncates.</summary>
internal sealed class FramedTokenizer(ISubwordModel model, Frame frame, TokenizerDefinition definition, Vocabulary vocabulary)
    : ITextTokenizer
{
    /// <summary>Gives the ids of words alone.</summary>
    public required ISubwordModel Words { get; init; }

    /// <summary>Gives the ids of texts in a template, whose mask no text can bring with it.</summary>
    public required ISubwordModel InTemplates { get; init; }

    public required SpecialTokens Special { get; init; }

    /// <summary>What stands around a text and a pair.</summary>
    public Frame Frame => frame;

    /// <summary>All tokens with their ids.</summary>
    public Vocabulary Vocabulary => vocabulary;

    public int PadId => Special.Pad ?? throw new InvalidDataException(
        $"The tokenizer of '{vocabulary.Source}' has no pad_token; set pad_token in its tokenizer_config.json.");

    public int VocabularySize => vocabulary.Size;

    public int? MaxLength => definition.Settings.MaxLength;

    /// <summary>The text of a token, with the blank that it may begin with; null where it is no whole characters.</summary>
    public string? TextOf(string token) => definition.TextOf(token);

    public TokenIds Encode(string text, string? pair, int maxLength) => Encode(text, pair, maxLength, out _);

    /// <summary>Likewise, with all tokens' types, which <see cref="TokenIds"/> has only where they are 0 and then 1.</summary>
    public (int[] Ids, int[] Types) EncodeTyped(string text, string? pair, int maxLength)
    {
        int[] ids = Encode(text, pair, maxLength, out int firstLength).Ids;
        IReadOnlyList<FrameItem> items = pair is null ? frame.Single : frame.Pair;
        int secondLength = ids.Length - Frame.Count(items) - firstLength;
        int[] types =
        [
            .. items.SelectMany(item => Enumerable.Repeat(item.Type, item.Part switch
            {
                FramePart.First => firstLength,
                FramePart.Second => secondLength,
                _ => item.Ids.Length,
            })),
        ];
        return (ids, types);
    }

    private TokenIds Encode(string text, string? pair, int maxLength, out int firstLength)
    {
        IReadOnlyList<FrameItem> items = pair is null ? frame.Single : frame.Pair;
        int special = Frame.Count(items);
        if (maxLength < special)
        {
            throw new ArgumentOutOfRangeException(nameof(maxLength), maxLength,
                $"The special tokens of {(pair is null ? "a text" : "a pair")} alone need {special} tokens; the maximum length must be at "
                + "least that.");
        }

        int room = maxLength - special;
        (TextBeginning first, TextBeginning second) = definition.Settings.TruncatesLeft
            ? (TextBeginning.ReadWhole(model, text), pair is null ? TextBeginning.None : TextBeginning.ReadWhole(model, pair))
            : TextBeginning.ReadBoth(model, text, pair, room);
        (firstLength, int secondLength) = LongestFirst(first.Count, second.Count, room);
        int[] ids = new int[firstLength + secondLength + special];
        int secondStart = ids.Length;
        int next = 0;
        foreach (FrameItem item in items)
        {
            if (item.Type != 0 && secondStart == ids.Length)
            {
                secondStart = next;
            }

            next = item.Part switch
            {
                FramePart.First => Copy(first.Ids, firstLength, ids, next),
                FramePart.Second => Copy(second.Ids, secondLength, ids, next),
                _ => Copy(item.Ids, ids, next),
            };
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

    private static int Copy(int[] source, int[] destination, int start)
    {
        source.CopyTo(destination, start);
        return start + source.Length;
    }

    private int Copy(List<int> source, int count, int[] destination, int start)
    {
        source.CopyTo(definition.Settings.TruncatesLeft ? source.Count - count : 0, destination, start, count);
        return start + count;
    }
}
