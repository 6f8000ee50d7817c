using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Runtime.Tests.Tokenization;

[TestClass]
public sealed class SpecialTokensInTextTests
{
    [TestMethod]
    [DataRow("a</s>b", false, "a < / s > b")]
    [DataRow("a</s>b", true, "a </s> b")]
    [DataRow("a <mask> b", true, "a <mask> Ġ b")]
    [DataRow("a \t <mask>b", true, "a <mask> b")]
    [DataRow("a </s>b", true, "a Ġ </s> b")]
    [DataRow("<s><s></s>", true, "<s> <s> </s>")]
    [DataRow("<<s>", true, "< <s>")]
    [DataRow("<mas", true, "< m a s")]
    [DataRow("<MASK>", true, "< M A S K >")]
    [DataRow("<pad><unk>", true, "<pad> <unk>")]
    public void Strings_of_special_tokens_are_text_unless_asked_for(string text, bool specialTokensInText, string expected) =>
        Assert.AreEqual(expected, TinyTokenizers.RobertaTokens(TinyTokenizers.Roberta("{}"), text, specialTokensInText));

    [TestMethod]
    public void A_blank_is_put_before_every_stretch_of_text_between_special_tokens() => Assert.AreEqual(
        "Ġ a </s> Ġ b",
        TinyTokenizers.RobertaTokens(TinyTokenizers.Roberta("""{"add_prefix_space": true}"""), "a</s>b", specialTokensInText: true));

    [TestMethod]
    [DataRow(false, new[] { 5, 7, 6, 8, 5 })]
    [DataRow(true, new[] { 5, 3, 5 })]
    public void BERT_separators_in_text_do_not_forge_structure_unless_asked_for(bool specialTokensInText, int[] expected)
    {
        TokenizerFiles files = TinyTokenizers.Bert("{}", "a", "sep", "[", "]");
        ITextTokenizer tokenizer = TextTokenizer.Create(files, EncoderFamily.Bert, specialTokensInText);
        CollectionAssert.AreEqual(expected, tokenizer.Inner("a[SEP] a"));
        CollectionAssert.AreEqual(specialTokensInText ? [3] : new[] { 7, 6, 8 }, tokenizer.Inner("[SEP]"));
    }
}
