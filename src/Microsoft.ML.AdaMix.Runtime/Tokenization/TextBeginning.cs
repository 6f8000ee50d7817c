namespace Microsoft.ML.AdaMix.Tokenization;

/// <summary>The ids that a text begins with: as many as were wanted and more, or all.</summary>
/// <param name="Ids">Without special tokens around them.</param>
/// <param name="IsWhole">Whether these are all ids of the text.</param>
/// <param name="Expected">How many the whole text has; where it was not read to its end, what its beginning lets expect.</param>
internal readonly record struct TextBeginning(List<int> Ids, bool IsWhole, int Expected)
{
    // More than the characters of a token in most texts, so that one reading is enough.
    private const int CharactersPerToken = 8;
    private const int FewestCharacters = 256;
    private const int Growth = 4;
    private const int MostExpected = int.MaxValue / 4; // two of them can be added

    /// <summary>Of a text that is not there.</summary>
    public static TextBeginning None => new([], true, 0);

    public int Count => Ids.Count;

    /// <summary>Reads no more of a text than it takes to know its first ids, so that a long text costs as much as a short one.</summary>
    /// <param name="model">Gives the ids.</param>
    /// <param name="text">The text.</param>
    /// <param name="wanted">More ids than these are given, unless the text has no more.</param>
    public static TextBeginning Read(ISubwordModel model, string text, long wanted)
    {
        for (long length = FewestCharacters + (wanted * CharactersPerToken); length < text.Length; length *= Growth)
        {
            int end = (int)length - (char.IsHighSurrogate(text[(int)length - 1]) ? 1 : 0);
            List<int> first = [];
            model.Append(WellFormed.Text(text[..end]), goesOn: true, first);
            if (first.Count > wanted)
            {
                return new TextBeginning(first, false, (int)Math.Min(MostExpected, (long)first.Count * text.Length / end));
            }
        }

        return ReadWhole(model, text);
    }

    /// <summary>Reads a text to its end.</summary>
    public static TextBeginning ReadWhole(ISubwordModel model, string text)
    {
        List<int> all = [];
        model.Append(WellFormed.Text(text), goesOn: false, all);
        return new TextBeginning(all, true, all.Count);
    }

    /// <summary>Reads a text, or a pair, as far as it takes to know which of their ids fit into a room.</summary>
    public static (TextBeginning First, TextBeginning Second) ReadBoth(ISubwordModel model, string text, string? pair, int room)
    {
        TextBeginning first = Read(model, text, room);
        TextBeginning second = pair is null ? None : Read(model, pair, room);
        return room % 2 != 0 && first.Count > room && second.Count > room
            ? ReadOn(model, (text, first), (pair!, second), room) // the longer one gets the odd token
            : (first, second);
    }

    /// <summary>
    /// Reads a text, or a pair, as far as it takes to know so many of their first ids, and which of the two has more.
    /// </summary>
    public static (TextBeginning First, TextBeginning Second) ReadLonger(ISubwordModel model, string text, string? pair, long wanted)
    {
        TextBeginning first = Read(model, text, wanted);
        TextBeginning second = pair is null ? None : Read(model, pair, wanted);
        return first.Count > wanted && second.Count > wanted ? ReadOn(model, (text, first), (pair!, second), wanted) : (first, second);
    }

    /// <summary>Reads on in two texts that both have more ids than wanted, until it is certain which of them has more.</summary>
    public static (TextBeginning First, TextBeginning Second) ReadOn(
        ISubwordModel model, (string Text, TextBeginning Known) first, (string Text, TextBeginning Known) second, long wanted)
    {
        (TextBeginning a, TextBeginning b) = (first.Known, second.Known);
        while (!a.IsWhole && !b.IsWhole)
        {
            wanted *= Growth;
            a = Read(model, first.Text, wanted);
            b = Read(model, second.Text, wanted);
        }

        return a.IsWhole
            ? (a, b.IsWhole ? b : Read(model, second.Text, a.Count))
            : (Read(model, first.Text, b.Count), b);
    }
}
