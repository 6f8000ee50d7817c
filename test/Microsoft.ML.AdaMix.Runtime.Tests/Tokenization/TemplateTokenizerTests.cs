using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Runtime.Tests.Tokenization;

[TestClass]
public sealed class TemplateTokenizerTests
{
    private static readonly string[] Texts =
    [
        "A stirring film", "Great!", "dull, \"slow\" and too long...", "", " ", "it  has   blanks  ", "\ttab and\nline", "don't",
        "café 日本 👍",
        "ends in a dash-", "a", "1999",
    ];

    private static FramedTokenizer Mini(bool specialTokensInText = false) =>
        TextTokenizer.CreateFramed(TinyTokenizers.RobertaMini(), EncoderFamily.Roberta, specialTokensInText);

    private static FramedTokenizer Bert(bool specialTokensInText = false) => TextTokenizer.CreateFramed(
        TinyTokenizers.Bert("{}", "a", "##a", "b", "it", "was", "1999", "film", "##s", ".", ",", "?", "!", "-", "\""),
        EncoderFamily.Bert, specialTokensInText);

    private static TemplateTokenizer In(FramedTokenizer tokenizer, string template, int masks = 1) =>
        new(tokenizer, new TextTemplate(template, tokenizer.Special.Mask!.Value.Id, masks, ["x", "y"]));

    [TestMethod]
    [DataRow("{text} It was {mask}.", "roberta")]
    [DataRow("{text}. It was {mask} !", "roberta")]
    [DataRow("{mask}: {text}", "roberta")]
    [DataRow("\"{text}\"{mask}", "roberta")]
    [DataRow("{text}{mask}", "roberta")]
    [DataRow("It was {mask}. {text}", "roberta")]
    [DataRow("{text} it was {mask}.", "bert")]
    [DataRow("{text}s was {mask} ?", "bert")]
    public void Ids_are_those_of_the_template_with_the_text_in_its_place(string template, string family)
    {
        bool roberta = family == "roberta";
        string mask = roberta ? "<mask>" : "[MASK]";
        FramedTokenizer whole = roberta ? Mini(specialTokensInText: true) : Bert(specialTokensInText: true);
        TemplateTokenizer tokenizer = In(roberta ? Mini() : Bert(), template);
        foreach (string text in Texts)
        {
            string put = template.Replace("{text}", text, StringComparison.Ordinal).Replace("{mask}", mask, StringComparison.Ordinal);
            CollectionAssert.AreEqual(whole.Encode(put, null, 512).Ids, tokenizer.Encode(text, null, 512).Ids, $"'{put}'");
        }
    }

    [TestMethod]
    public void Of_a_pair_both_texts_stand_in_the_template()
    {
        FramedTokenizer whole = Mini(specialTokensInText: true);
        TemplateTokenizer tokenizer = In(Mini(), "{text} ? {mask} , {pair}");
        foreach (string text in Texts)
        {
            foreach (string pair in Texts)
            {
                TokenIds found = tokenizer.Encode(text, pair, 512);
                CollectionAssert.AreEqual(whole.Encode($"{text} ? <mask> , {pair}", null, 512).Ids, found.Ids, $"'{text}' '{pair}'");
                Assert.AreEqual(found.Length, found.SecondStart, "all tokens are of type 0");
            }
        }
    }

    [TestMethod]
    public void A_long_text_is_cut_and_the_template_stays_whole()
    {
        TemplateTokenizer tokenizer = In(Mini(), "So {text} It was {mask}.", masks: 2);
        string text = string.Join(' ', Enumerable.Repeat("film", 300));
        TokenIds found = tokenizer.Encode(text, null, 20);
        Assert.AreEqual(20, found.Length);
        int[] word = Mini().Inner(" film");
        int[] expected =
        [
            0, .. Mini().Inner("So"), .. Enumerable.Repeat(word, 20 - tokenizer.Tokens).SelectMany(ids => ids), .. Mini().Inner(" It was"),
            4, 4, .. Mini().Inner("."), 2,
        ];
        CollectionAssert.AreEqual(expected, found.Ids);
        Assert.IsGreaterThan(250, found.Cut);
    }

    [TestMethod]
    public void Of_a_long_pair_the_longer_text_is_cut_first()
    {
        TemplateTokenizer tokenizer = In(Mini(), "{text} ? {mask} , {pair}");
        int room = 24 - tokenizer.Tokens;
        string many = string.Join(' ', Enumerable.Repeat("film", 300));
        int[] film = Mini().Inner(" film");
        TokenIds shortFirst = tokenizer.Encode("dull", many, 24);
        Assert.AreEqual(24, shortFirst.Length);
        int[] first = Mini().Inner("dull");
        CollectionAssert.AreEqual(first, shortFirst.Ids[1..(1 + first.Length)]);
        Assert.AreEqual(room - first.Length, shortFirst.Ids.Count(id => id == film[0]));
        TokenIds both = tokenizer.Encode(many, many, 24);
        Assert.AreEqual(24, both.Length);
        Assert.AreEqual(1, both.Ids.Count(id => id == 4));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void A_text_cannot_forge_the_mask(bool specialTokensInText)
    {
        TemplateTokenizer tokenizer = In(Mini(specialTokensInText), "{text} It was {mask}.");
        foreach (string text in (string[])["<mask>", "It was <mask>.", "a <mask> {mask} {text}", "</s><mask>"])
        {
            int[] ids = tokenizer.Encode(text, null, 64).Ids;
            Assert.AreEqual(1, ids.Count(id => id == 4), text);
            Assert.AreEqual(ids.Length - 3, Array.IndexOf(ids, 4), text); // before "." and the end
        }
    }

    [TestMethod]
    public void A_word_has_the_tokens_that_it_has_behind_a_blank_unless_something_stands_right_before_the_mask()
    {
        int[] Word(string template) => TemplateTokenizer.WordIds(Mini(), TemplateText.Parse(template), "great");
        CollectionAssert.AreEqual(Mini().Inner(" great"), Word("{text} It was {mask}."));
        CollectionAssert.AreEqual(Mini().Inner(" great"), Word("{mask} {text}"));
        CollectionAssert.AreEqual(Mini().Inner("great"), Word("{text} ({mask})"));
    }

    [TestMethod]
    [DataRow("no places", "has no {mask}")]
    [DataRow("{mask} alone", "has no {text}")]
    [DataRow("{text} {mask} {mask}", "has {mask} twice")]
    [DataRow("{text} {text} {mask}", "has {text} twice")]
    [DataRow("{text} {mask} {label}", "has the unknown place {label}")]
    [DataRow("{text} {mask} }", "has a '}' by itself")]
    [DataRow("{text {mask}", "has the unknown place {text {mask}")]
    [DataRow("{text} {mask} {", "has a '{' by itself")]
    public void What_is_no_template_is_told_why(string template, string expected) =>
        StringAssert.StartsWith(TemplateText.FindProblem(template), expected, StringComparison.Ordinal);

    [TestMethod]
    public void Doubled_braces_are_braces()
    {
        TemplateText parsed = TemplateText.Parse("{{{text}}} {mask}");
        Assert.AreEqual("{", parsed.Before[0].Literal);
        Assert.AreEqual("} ", parsed.Before[2].Literal);
    }
}
