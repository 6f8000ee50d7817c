using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Runtime.Tests.Tokenization;

/// <summary>
/// Windows of long texts: what Hugging Face's tokenizers give with <c>stride</c> and <c>return_overflowing_tokens</c>, by the loop of
/// <c>Encoding::truncate</c>: starts 0, c - stride, ..., until one reaches the end.
/// </summary>
[TestClass]
public sealed class WindowTests
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyz";

    private static ITextTokenizer Roberta { get; } = Create("{}");

    private static ITextTokenizer Left { get; } = Create("""{"truncation_side":"left"}""");

    private static ITextTokenizer Bert { get; } = TextTokenizer.Create(
        TinyTokenizers.Bert("{}", "a", "b", "c", "d", "e", "f"), EncoderFamily.Bert, specialTokensInText: false);

    [TestMethod]
    [DataRow("abcdefghij", 6, 0, "abcd efgh ij")]
    [DataRow("abcdefghij", 6, 1, "abcd defg ghij")]
    [DataRow("abcdefghij", 6, 2, "abcd cdef efgh ghij")]
    [DataRow("abcdefghij", 6, 3, "abcd bcde cdef defg efgh fghi ghij")]
    [DataRow("abcde", 6, 2, "abcd cde")]
    [DataRow("abcd", 6, 2, "abcd")]
    [DataRow("", 6, 2, "")]
    public void A_text_is_cut_as_return_overflowing_tokens_cuts_it(string text, int maxLength, int stride, string expected) =>
        Assert.AreEqual(expected, Tell(Roberta.EncodeWindows(text, null, maxLength, Windows(stride))));

    [TestMethod]
    [DataRow("abcdefghij", 6, 0, "ghij cdef ab")]
    [DataRow("abcdefghij", 6, 1, "ghij defg abcd")]
    [DataRow("abcde", 6, 2, "bcde abc")]
    public void With_truncation_side_left_windows_go_from_the_end_to_the_beginning(
        string text, int maxLength, int stride, string expected) =>
        Assert.AreEqual(expected, Tell(Left.EncodeWindows(text, null, maxLength, Windows(stride))));

    // <s> A </s></s> B </s>
    [TestMethod]
    [DataRow("ab", "cdefghij", 10, 1, "ab|cdef ab|fghi ab|ij")]
    [DataRow("abcdefgh", "ij", 10, 1, "abcd|ij defg|ij gh|ij")]
    [DataRow("abc", "def", 10, 1, "abc|def")]
    [DataRow("abcdefgh", "ijklmnop", 10, 0, "abc|ijk abc|lmn abc|op")]
    [DataRow("abcdefghq", "ijklmnop", 10, 1, "abc|ijk cde|ijk efg|ijk ghq|ijk")]
    [DataRow("", "cdefghij", 10, 2, "|cdefgh |ghij")]
    public void Of_a_pair_the_longer_text_goes_on_and_the_other_stands_in_each_window(
        string first, string second, int maxLength, int stride, string expected) =>
        Assert.AreEqual(expected, Tell(Roberta.EncodeWindows(first, second, maxLength, Windows(stride))));

    [TestMethod]
    public void Each_window_has_its_special_tokens_and_the_types_of_a_pair()
    {
        TokenIds[] windows = Bert.EncodeWindows("a", "b c d e f", 7, Windows(1));
        CollectionAssert.AreEqual(new[] { 2, 5, 3, 6, 7, 8, 3 }, windows[0].Ids);
        CollectionAssert.AreEqual(new[] { 2, 5, 3, 8, 9, 10, 3 }, windows[1].Ids);
        Assert.HasCount(2, windows);
        Assert.AreEqual(3, windows[0].SecondStart);
        Assert.AreEqual(3, windows[1].SecondStart);
    }

    [TestMethod]
    [DataRow(null)]
    [DataRow("b")]
    [DataRow("some other text that is rather long as well")]
    public void The_first_window_is_the_text_as_it_is_cut_without_windows(string? pair)
    {
        foreach (ITextTokenizer tokenizer in (ITextTokenizer[])[Roberta, Left])
        {
            foreach (int maxLength in (int[])[8, 11, 24, 200])
            {
                TokenIds[] windows = tokenizer.EncodeWindows(Letters + Letters, pair, maxLength, Windows(1));
                TokenIds cut = tokenizer.Encode(Letters + Letters, pair, maxLength);
                CollectionAssert.AreEqual(cut.Ids, windows[0].Ids);
                Assert.AreEqual(cut.SecondStart, windows[0].SecondStart);
                Assert.AreEqual(cut.Cut == 0, windows.Length == 1);
            }
        }
    }

    [TestMethod]
    [DataRow(1, 3)]
    [DataRow(5, 2)]
    [DataRow(20, 17)]
    public void As_many_windows_as_the_formula_says(int tokens, int stride)
    {
        const int Held = 18;
        for (int n = tokens; n < 200; n += 7)
        {
            int expected = n <= Held ? 1 : 1 + (int)Math.Ceiling((n - Held) / (double)(Held - stride));
            string text = string.Concat(Enumerable.Repeat(Letters, 8))[..n];
            Assert.HasCount(expected, Roberta.EncodeWindows(text, null, Held + 2, Windows(stride)));
        }
    }

    [TestMethod]
    public void What_is_behind_the_last_window_is_counted_with_it_and_what_windows_repeat_too()
    {
        TokenIds[] windows = Roberta.EncodeWindows(Letters, null, 6, new TextWindows(1, WindowCombination.MeanLogits, 3));
        Assert.AreEqual("abcd defg ghij", Tell(windows));
        CollectionAssert.AreEqual(new[] { 0, 0, 16 }, windows.Select(window => window.Cut).ToArray());
        CollectionAssert.AreEqual(new[] { 0, 3, 3 }, windows.Select(window => window.Repeated).ToArray());
        TokenIds[] first = Roberta.EncodeWindows(Letters, null, 6, new TextWindows(1, WindowCombination.First, 3));
        Assert.AreEqual("abcd", Tell(first));
        Assert.AreEqual(22, first[0].Cut);
    }

    [TestMethod]
    [Timeout(20_000)]
    public void Of_a_megabyte_no_more_is_read_than_its_windows_hold()
    {
        string text = string.Concat(Enumerable.Repeat("some words of a long text ", 40_000));
        TokenIds[] windows = Roberta.EncodeWindows(text, null, 128, new TextWindows(32, WindowCombination.MeanLogits, 16));
        Assert.HasCount(16, windows);
        Assert.IsTrue(windows.All(window => window.Length == 128));
        Assert.AreEqual(text.Length - (126 + (15 * 94)), windows[^1].Cut, 0.02 * text.Length);
        Assert.HasCount(16, Roberta.EncodeWindows(text, text + "a", 128, new TextWindows(8, WindowCombination.MeanLogits, 16)));
    }

    private static ITextTokenizer Create(string config) =>
        TextTokenizer.Create(TinyTokenizers.Roberta(config), EncoderFamily.Roberta, specialTokensInText: false);

    private static TextWindows Windows(int stride) => new(stride, WindowCombination.MeanLogits, TextWindows.MostWindows);

    // The text's own bytes; | stands for </s></s>, and windows have <s> and </s> around them.
    private static string Tell(TokenIds[] windows) => string.Join(' ', windows.Select(window =>
    {
        Assert.AreEqual((0, 2), (window.Ids[0], window.Ids[^1]));
        string text = string.Concat(window.Ids[1..^1].Select(id => id == 2 ? "/" : $"{(char)(id - 5)}"));
        return text.Replace("//", "|", StringComparison.Ordinal);
    }));
}
