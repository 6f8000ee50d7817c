using System.Text;

namespace Microsoft.ML.AdaMix.Reliability.Mutation;

/// <summary>Changes a text of lines: lines gone, twice, swapped, odd ones put in.</summary>
internal static class LineMutator
{
    private static readonly byte[][] Lines =
    [
        .. new[]
        {
            "", " ", "a", "a b", "a  b", "a b c", "#version: 0.2", "[UNK]", "<s>", "\r", "\0", "\ufeff", "\u2028", "\u00a0", "\u0085",
            "##", "## ##", "\u0120", "\ud83d\ude00", "e\u0301", "null", "{}", "[]", "{\"key\":\"", "\t", "a\tb", "\u202e",
        }.Select(Encoding.UTF8.GetBytes),
        Encoding.UTF8.GetBytes(new string('a', 3000)),
        Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("a b\n", 500))),
        [0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80],
    ];

    public static byte[] Mutate(byte[] text, Dice dice)
    {
        if (dice.OneIn(3))
        {
            return ByteMutator.Mutate(text, dice, []);
        }

        List<Range> lines = [.. Split(text)];
        byte[] Line(int number) => text[lines[number]];
        int place = dice.Next(lines.Count);
        Range line = lines[place];
        int start = line.Start.Value;
        int length = line.End.Value - start;
        return dice.Next(6) switch
        {
            0 => ByteMutator.Replace(text, start, Math.Min(length + 1, text.Length - start), []),
            1 => ByteMutator.Replace(text, start, 0, [.. Line(dice.Next(lines.Count)), (byte)'\n']),
            2 => ByteMutator.Replace(text, start, length, dice.Pick(Lines)),
            3 => ByteMutator.Replace(text, start, 0, [.. dice.Pick(Lines), (byte)'\n']),
            4 => ByteMutator.Replace(text, start + dice.Next(length + 1), 0, dice.Pick(Lines)),
            _ => ByteMutator.Replace(text, start, length, Line(dice.Next(lines.Count))),
        };
    }

    private static IEnumerable<Range> Split(byte[] text)
    {
        int start = 0;
        while (Array.IndexOf(text, (byte)'\n', start) is >= 0 and var end)
        {
            yield return start..end;
            start = end + 1;
        }

        yield return start..text.Length;
    }
}
