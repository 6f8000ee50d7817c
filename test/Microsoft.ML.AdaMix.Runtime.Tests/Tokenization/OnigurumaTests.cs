using Microsoft.ML.AdaMix.Tokenization.Patterns;

namespace Microsoft.ML.AdaMix.Runtime.Tests.Tokenization;

/// <summary>Regular expressions against what the Rust library (tokenizers 0.22.2, its Oniguruma) makes of them.</summary>
[TestClass]
public sealed class OnigurumaTests
{
    [TestMethod]
    [DataRow(@"[[:punct:]]", "a¢b$c!d😀²", "a|¢|b|$|c|!|d|😀|²")]
    [DataRow(@"\p{Punct}", "a$b!c¢", "a$b|!|c¢")]
    [DataRow(@"\p{PosixPunct}", "a$b!c", "a|$|b|!|c")]
    [DataRow(@"\w+", "a² ½b", "a²| |½b")]
    [DataRow(@"[\w]+", "a² ½b", "a|² ½|b")]
    [DataRow(@"[[:word:]]+", "a²", "a|²")]
    [DataRow(@"[^\w\s]+", "a² ½b", "a|²| |½|b")]
    [DataRow(@"[\W]", "a²", "a|²")]
    [DataRow(@"\P{Word}", "a² ", "a²| ")]
    public void Classes_have_the_characters_that_Oniguruma_gives_them(string pattern, string text, string parts) =>
        Assert.AreEqual(parts, Parts(pattern, text));

    [TestMethod]
    [DataRow("(?i)[à-þ]+", "aÀàÞ", "a|ÀàÞ")]
    [DataRow("(?i)é", "éÉe", "é|É|e")]
    [DataRow("(?i)σ+", "σΣςs", "σΣς|s")]
    [DataRow("(?i)k", "Kxk", "K|x|k")]
    [DataRow("(?i)[^k]+", "Kxk", "K|x|k")]
    [DataRow("(?i)[а-яё]+", "АБЁё-", "АБЁё|-")]
    [DataRow(@"(?i)[\p{L}]+", "a\u0345-", "a\u0345|-")]
    [DataRow(@"(?i)[^\s\p{L}\p{N}]", "\u0345-", "\u0345|-")]
    [DataRow(@"(?i)[\p{Lu}]+", "aÀ1", "aÀ|1")]
    [DataRow(@"(?i)\p{Lu}", "aA", "a|A")]
    [DataRow("(?i)[[^a]]+", "aAbB", "aAbB")]
    [DataRow("(?i)[a-z&&[^a]]+", "aAbB", "aA|bB")]
    [DataRow("(?i)一", "一a", "一|a")]
    public void Case_is_ignored_as_Oniguruma_ignores_it(string pattern, string text, string parts) =>
        Assert.AreEqual(parts, Parts(pattern, text));

    [TestMethod]
    [DataRow("(?i)ß", "several without case")]
    [DataRow("(?i)[ß]", "several without case")]
    [DataRow("(?i)pass", "'ss'")]
    [DataRow(@"(?i)s\x74", "'ss'")]
    [DataRow("(?i)(?:f)i", "'ss'")]
    public void Characters_that_are_several_without_case_are_refused(string pattern, string named) =>
        Assert.Contains(named, Assert.ThrowsExactly<InvalidDataException>(() => new RegexPattern(pattern, "x")).Message);

    [TestMethod]
    [DataRow("(a|aa)+$", 60, 1)]
    [DataRow("(a|aa)+b|a", 25, 300)]
    public void The_time_of_a_match_and_of_a_text_is_bound(string pattern, int letters, int words)
    {
        RegexPattern slow = new(pattern, "tokenizer.json of 'x'", TimeSpan.FromMilliseconds(50));
        string text = string.Concat(Enumerable.Repeat(new string('a', letters) + "-", words));
        InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(() => slow.Split(text));
        Assert.Contains(pattern, error.Message);
        Assert.Contains("tokenizer.json of 'x'", error.Message);
    }

    private static string Parts(string pattern, string text) => string.Join(
        '|', new RegexPattern(pattern, "x").Split(text).Select(match => text[match.Start..match.End]));
}
