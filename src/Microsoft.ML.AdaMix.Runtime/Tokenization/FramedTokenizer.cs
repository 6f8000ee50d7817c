using Microsoft.ML.AdaMix.Models;
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

    /// <inheritdoc/>
    public TokenIds[] EncodeWindows(string text, string? pair, int maxLength, TextWindows windows)
    {
        IReadOnlyList<FrameItem> items = Items(pair);
        int room = Room(items, pair, maxLength);
        bool fromEnd = definition.Settings.TruncatesLeft;
        (TextBeginning first, TextBeginning second) = fromEnd
            ? ReadWhole(text, pair)
            : TextBeginning.ReadLonger(model, text, pair, windows.Reach(room));
        (int firstLength, int secondLength) = LongestFirst(first.Count, second.Count, room);
        bool goesOnInFirst = pair is null || first.Count > second.Count;
        (TextBeginning longer, int length) = goesOnInFirst ? (first, firstLength) : (second, secondLength);
        (TextBeginning other, int otherLength) = goesOnInFirst ? (second, secondLength) : (first, firstLength);
        List<int> kept = Kept(other.Ids, otherLength);
        int step = windows.Step(length);
        List<(int Start, int Length)> places = WindowPlaces.Cut(longer.Count, length, step, windows.Most, fromEnd);
        TokenIds[] made = new TokenIds[places.Count];
        int covered = 0;
        for (int window = 0; window < made.Length; window++)
        {
            List<int> own = longer.Ids.GetRange(places[window].Start, places[window].Length);
            int reached = (window * step) + own.Count;
            TokenIds ids = Join(items, goesOnInFirst ? own : kept, goesOnInFirst ? kept : own);
            bool isLast = window == made.Length - 1;
            int beside = isLast ? other.Expected - otherLength : 0;
            made[window] = ids with
            {
                Cut = isLast ? longer.Expected - reached + beside : 0,
                CutBeside = beside,
                Repeated = window == 0 ? 0 : ids.Length - (reached - covered),
            };
            covered = reached;
        }

        return made;
    }

    /// <summary>The special tokens around a text, or a pair.</summary>
    private IReadOnlyList<FrameItem> Items(string? pair) => pair is null ? frame.Single : frame.Pair;

    private static int Room(IReadOnlyList<FrameItem> items, string? pair, int maxLength)
    {
        int special = Frame.Count(items);
        return maxLength >= special ? maxLength - special : throw new ArgumentOutOfRangeException(nameof(maxLength), maxLength,
            $"The special tokens of {(pair is null ? "a text" : "a pair")} alone need {special} tokens; the maximum length must be at "
            + "least that.");
    }

    private (TextBeginning First, TextBeginning Second) ReadWhole(string text, string? pair) =>
        (TextBeginning.ReadWhole(model, text), pair is null ? TextBeginning.None : TextBeginning.ReadWhole(model, pair));

    private TokenIds Encode(string text, string? pair, int maxLength, out int firstLength)
    {
        IReadOnlyList<FrameItem> items = Items(pair);
        int room = Room(items, pair, maxLength);
        (TextBeginning first, TextBeginning second) = definition.Settings.TruncatesLeft
            ? ReadWhole(text, pair)
            : TextBeginning.ReadBoth(model, text, pair, room);
        (firstLength, int secondLength) = LongestFirst(first.Count, second.Count, room);
        return Join(items, Kept(first.Ids, firstLength), Kept(second.Ids, secondLength)) with
        {
            Cut = first.Expected - firstLength + second.Expected - secondLength,
        };
    }

    private static TokenIds Join(IReadOnlyList<FrameItem> items, List<int> first, List<int> second)
    {
        int[] ids = new int[first.Count + second.Count + Frame.Count(items)];
        int secondStart = ids.Length;
        int next = 0;
        foreach (FrameItem item in items)
        {
            if (item.Type != 0 && secondStart == ids.Length)
            {
                secondStart = next;
            }

            ICollection<int> part = item.Part switch
            {
                FramePart.First => first,
                FramePart.Second => second,
                _ => item.Ids,
            };
            part.CopyTo(ids, next);
            next += part.Count;
        }

        return new TokenIds(ids, secondStart);
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

    private List<int> Kept(List<int> ids, int count) =>
        count == ids.Count ? ids : ids.GetRange(definition.Settings.TruncatesLeft ? ids.Count - count : 0, count);
}
