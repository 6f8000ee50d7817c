using System.Text;

namespace Microsoft.ML.AdaMix.Runtime.Tests.Tokenization;

/// <summary>Long texts of what is hard to cut: runs, marks, pairs of surrogates and halves of them, contractions, special tokens.</summary>
internal static class NastyTexts
{
    private static readonly string[] Pieces =
    [
        " ", "  ", "\n", "\t", "\u00a0", "\u3000", "\u0085", "\u200b", "\0", "'", "'s", "'re", "'ll ", "''", "the ", " house",
        "ing", "a", "aa",
        "ab", "é", "e\u0301", "\u0301\u0323", "İ", "ß", "Ǆ", "中", "文字", "한", "\u1112\u1161\u11ab", "ひ",
        "😀", "👩‍👩‍👧", "\ud83d", "\ude00", "🏳️‍🌈", "ﬁ",
        "ÃÂ", "-", "=", "--- ", "...", "!?", "§", "<s>", "</s>", "<mask>", " <mask>", "<mas", "[SEP]", "[CLS", "[MASK]",
        "1", "2024", "³", "\ufffd",
        "\ue000", "𝔘", "Z͑ͫ̓", "0x", "http://", "ha", "ababab", "xyxz",
    ];

    /// <summary>A text of about so many characters.</summary>
    public static string Make(Random random, int length)
    {
        StringBuilder text = new();
        while (text.Length < length)
        {
            string piece = Pieces[random.Next(Pieces.Length)];
            int times = random.Next(12) switch
            {
                0 => random.Next(length),
                1 => random.Next(130),
                _ => 1 + random.Next(3),
            };
            if (random.Next(15) == 0)
            {
                AppendLetters(text, random, random.Next(2, 26), random.Next(length));
            }
            else
            {
                text.Insert(text.Length, piece, times);
            }
        }

        return text.ToString(0, Math.Min(text.Length, 2 * length));
    }

    /// <summary>Letters without a blank.</summary>
    public static void AppendLetters(StringBuilder text, Random random, int kinds, int count)
    {
        for (int i = 0; i < count; i++)
        {
            text.Append((char)('a' + random.Next(kinds)));
        }
    }
}
