using System.Text;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Runtime.Tests.Tokenization;

[TestClass]
public sealed class MalformedTokenizerFilesTests
{
    [TestMethod]
    [DataRow(nameof(EncoderFamily.Roberta), "merges.txt")]
    [DataRow(nameof(EncoderFamily.Bert), "vocab.txt")]
    public void A_missing_file_of_an_encoder_folder_is_named(string family, string expected) =>
        AssertRefused(TinyTokenizers.Files(), Enum.Parse<EncoderFamily>(family), "tiny", expected, "tokenizer.json", "found is none");

    [TestMethod]
    public void A_vocab_json_without_merges_says_what_is_there() =>
        AssertRefused(
            TinyTokenizers.Files(("vocab.json", TinyTokenizers.VocabJson())), EncoderFamily.Roberta, "merges.txt", "found is vocab.json");

    [TestMethod]
    [DataRow("vocab.json", "{", "JSON")]
    [DataRow("vocab.json", "[]", "Array")]
    [DataRow("vocab.json", """{"a": 1.5}""", "'a'")]
    [DataRow("vocab.json", """{"a": 99999999999}""", "'a'")]
    [DataRow("vocab.json", """{"a": 1, "a": 2}""", "repeated")]
    [DataRow("vocab.json", """{"a": 1, "b": 2, "ab": 3}""", "cls_token")]
    [DataRow("merges.txt", "#version: 0.2\na b\nab\n", "line 3")]
    [DataRow("merges.txt", "a b c\n", "line 1")]
    [DataRow("merges.txt", "a b\n b\n", "line 2")]
    [DataRow("merges.txt", "a b\na \n", "line 2")]
    [DataRow("merges.txt", "#version: 0.2\na b\n☃ b\n", "☃")]
    [DataRow("merges.txt", "#version: 0.2\na b\nb a\n", "'ba'")]
    [DataRow("tokenizer_config.json", "nonsense", "JSON")]
    [DataRow("tokenizer_config.json", "3", "Number")]
    [DataRow("tokenizer_config.json", """{"cls_token": "<cls>"}""", "<cls>")]
    [DataRow("tokenizer_config.json", """{"pad_token": "\udc00"}""", "Unicode")]
    [DataRow("special_tokens_map.json", "{,}", "JSON")]
    public void A_damaged_file_of_RoBERTa_is_refused_with_the_place(string name, string content, string named)
    {
        Dictionary<string, byte[]> contents = new(TinyTokenizers.Roberta("{}", "a b").Contents, StringComparer.Ordinal)
        {
            [name] = Encoding.UTF8.GetBytes(content),
        };
        AssertRefused(new TokenizerFiles(TinyTokenizers.Source, contents), EncoderFamily.Roberta, "tiny", named);
    }

    [TestMethod]
    [DataRow("", "unk_token")]
    [DataRow("[PAD]\n[UNK]\na\n[CLS]\na\n", "sep_token")]
    [DataRow("[PAD]\n[UNK]\n[SEP]\n", "cls_token")]
    [DataRow("[PAD]\n[CLS]\n[SEP]\n", "unk_token")]
    [DataRow("[UNK]\n[CLS]\n[SEP]\n", "pad_token")]
    [DataRow("[UNK]\n[CLS]\n[PAD]\n", "sep_token")]
    [DataRow("[UNK]\na\rb\n", "line break")]
    public void A_damaged_vocab_txt_is_refused_with_the_place(string content, string named) =>
        AssertRefused(TinyTokenizers.Files(("vocab.txt", content)), EncoderFamily.Bert, "tiny", named);

    [TestMethod]
    [DataRow(nameof(EncoderFamily.Bert), "vocab.txt", "Line 2")]
    [DataRow(nameof(EncoderFamily.Roberta), "merges.txt", "Line 2")]
    [DataRow(nameof(EncoderFamily.Roberta), "vocab.json", "UTF-8")]
    [DataRow(nameof(EncoderFamily.Bert), "tokenizer_config.json", "UTF-8")]
    public void A_file_that_is_not_UTF_8_is_refused(string encoder, string name, string named)
    {
        EncoderFamily family = Enum.Parse<EncoderFamily>(encoder);
        TokenizerFiles valid = family == EncoderFamily.Bert ? TinyTokenizers.Bert("{}", "a") : TinyTokenizers.Roberta("{}", "a b");
        byte[] broken = [.. "{\"x\n"u8, 0xC3, .. "\":1}\n"u8];
        AssertRefused(new TokenizerFiles(
            TinyTokenizers.Source, new Dictionary<string, byte[]>(valid.Contents, StringComparer.Ordinal) { [name] = broken }), family,
            "tiny", name, named);
    }

    [TestMethod]
    public void Windows_line_ends_change_nothing()
    {
        string[] merges = ["a b", "ab c"];
        TokenizerFiles files = TinyTokenizers.Files(
            ("vocab.json", TinyTokenizers.VocabJson(merges)), ("merges.txt", TinyTokenizers.MergesText(merges).ReplaceLineEndings("\r\n")));
        Assert.AreEqual("abc", TinyTokenizers.RobertaTokens(files, "abc", specialTokensInText: false, merges));
        TokenizerFiles bert = TinyTokenizers.Files(("vocab.txt", TinyTokenizers.VocabText("a").ReplaceLineEndings("\r\n")));
        CollectionAssert.AreEqual(new[] { 5 }, TextTokenizer.Create(bert, EncoderFamily.Bert, specialTokensInText: false).Inner("a"));
    }

    private static void AssertRefused(TokenizerFiles files, EncoderFamily family, params string[] named)
    {
        InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(
            () => TextTokenizer.Create(files, family, specialTokensInText: false));
        foreach (string part in named)
        {
            Assert.Contains(part, error.Message);
        }
    }
}
