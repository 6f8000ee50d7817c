using System.Text.Json;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Runtime.Tests.Tokenization;

[TestClass]
public sealed class TokenizerJsonTests
{
    private const string ByteLevel = """{"type": "ByteLevel", "add_prefix_space": false}""";
    private const string BertNormalizer = """{"type": "BertNormalizer"}""";
    private const string BertPreTokenizer = """{"type": "BertPreTokenizer"}""";

    /// <summary>A tokenizer.json with the merge "Ġ a" and these settings of the pre-tokeniser.</summary>
    internal static TokenizerFiles Roberta(string preTokenizer) =>
        TinyTokenizers.Files(("tokenizer.json", Json(RobertaModel(""), $$"""{"type": "ByteLevel", {{preTokenizer}}}""", "null")));

    [TestMethod]
    [DataRow("\"Ġ a\"")]
    [DataRow("[\"Ġ\", \"a\"]")]
    public void Merges_are_read_in_both_forms(string merge)
    {
        TokenizerFiles files = TinyTokenizers.Files(("tokenizer.json", Json(RobertaModel("", merge), ByteLevel, "null")));
        Assert.AreEqual("a Ġa", TinyTokenizers.RobertaTokens(files, "a a", specialTokensInText: false, "Ġ a"));
    }

    [TestMethod]
    public void Added_tokens_extend_the_vocabulary()
    {
        string json = Json("""{"type": "WordPiece", "vocab": {"a": 0}}""", BertPreTokenizer, BertNormalizer,
            """
            [{"id": 1, "content": "[PAD]"}, {"id": 2, "content": "[UNK]"}, {"id": 3, "content": "[CLS]"},
             {"id": 4, "content": "[SEP]"}]
            """);
        ITextTokenizer tokenizer = TextTokenizer.Create(
            TinyTokenizers.Files(("tokenizer.json", json)), EncoderFamily.Bert, specialTokensInText: false);
        CollectionAssert.AreEqual(new[] { 3, 0, 2, 4 }, tokenizer.Encode("A b", null, 10).Ids);
        Assert.AreEqual(5, tokenizer.VocabularySize);
    }

    [TestMethod]
    public void Switches_of_the_BERT_normaliser_are_heeded()
    {
        string json = Json(WordPieceModel("", "A", "中国", "é"), BertPreTokenizer,
            """{"type": "BertNormalizer", "lowercase": false, "handle_chinese_chars": false, "strip_accents": null}""");
        ITextTokenizer tokenizer = TextTokenizer.Create(
            TinyTokenizers.Files(("tokenizer.json", json)), EncoderFamily.Bert, specialTokensInText: false);
        CollectionAssert.AreEqual(new[] { 5, 6, 7 }, tokenizer.Inner("A 中国 é"));
    }

    [TestMethod]
    [DataRow("null", ByteLevel, "null", "model", "(none)")]
    [DataRow("""{"type": "Unigram", "vocab": []}""", ByteLevel, "null", "model", "Unigram")]
    [DataRow("""{"type": "BPE", "vocab": {}, "merges": []}""", "null", "null", "pre_tokenizer", "(none)")]
    [DataRow("""{"type": "BPE", "vocab": {}, "merges": []}""", """{"type": "Metaspace"}""", "null", "pre_tokenizer", "Metaspace")]
    [DataRow(
        """{"type": "BPE", "vocab": {}, "merges": []}""", """{"type": "ByteLevel", "use_regex": false}""", "null", "use_regex", "false")]
    [DataRow("""{"type": "BPE", "vocab": {}, "merges": []}""", ByteLevel, """{"type": "NFC"}""", "normalizer", "NFC")]
    [DataRow("""{"type": "BPE", "vocab": {}, "merges": [], "dropout": 0.1}""", ByteLevel, "null", "dropout", "0.1")]
    [DataRow("""{"type": "BPE", "vocab": {}, "merges": [], "continuing_subword_prefix": "@"}""", ByteLevel, "null",
        "continuing_subword_prefix", "@")]
    [DataRow(
        """{"type": "BPE", "vocab": {}, "merges": [], "end_of_word_suffix": "</w>"}""", ByteLevel, "null", "end_of_word_suffix", "</w>")]
    [DataRow("""{"type": "BPE", "vocab": {}, "merges": [], "ignore_merges": true}""", ByteLevel, "null", "ignore_merges", "true")]
    [DataRow("""{"type": "BPE", "merges": []}""", ByteLevel, "null", "no vocab", "tokenizer.json")]
    [DataRow("""{"type": "BPE", "vocab": [], "merges": []}""", ByteLevel, "null", "vocabulary", "Array")]
    [DataRow("""{"type": "BPE", "vocab": {}}""", ByteLevel, "null", "merges", "list")]
    [DataRow("""{"type": "BPE", "vocab": {}, "merges": ["ab"]}""", ByteLevel, "null", "merge 1", "ab")]
    [DataRow("""{"type": "BPE", "vocab": {}, "merges": [["a", "b", "c"]]}""", ByteLevel, "null", "merge 1", "a b c")]
    [DataRow("""{"type": "BPE", "vocab": {}, "merges": [[1, 2]]}""", ByteLevel, "null", "merge 1", "two tokens")]
    [DataRow("""{"type": "BPE", "vocab": {}, "merges": [7]}""", ByteLevel, "null", "merge 1", "7")]
    [DataRow("""{"type": "BPE", "vocab": {"a": -1}, "merges": []}""", ByteLevel, "null", "'a'", "-1")]
    [DataRow("""{"type": "BPE", "vocab": {"a": "0"}, "merges": []}""", ByteLevel, "null", "'a'", "whole number")]
    [DataRow("""{"type": "BPE", "vocab": {"a": 1, "a": 2}, "merges": []}""", ByteLevel, "null", "'a'", "repeated")]
    [DataRow("""{"type": "BPE", "vocab": {"\ud800": 1}, "merges": []}""", ByteLevel, "null", "tiny", "Unicode")]
    public void What_is_not_implemented_or_damaged_in_a_tokenizer_json_of_RoBERTa_is_refused(
        string model, string preTokenizer, string normalizer, params string[] named) =>
        AssertRefused(Json(model, preTokenizer, normalizer), EncoderFamily.Roberta, named);

    [TestMethod]
    [DataRow("""{"type": "BPE", "vocab": {}, "merges": []}""", BertPreTokenizer, BertNormalizer, "model", "BPE", "WordPiece")]
    [DataRow("""{"type": "WordPiece", "vocab": {}}""", """{"type": "Whitespace"}""", BertNormalizer, "pre_tokenizer", "Whitespace")]
    [DataRow("""{"type": "WordPiece", "vocab": {}}""", BertPreTokenizer, "null", "normalizer", "(none)")]
    [DataRow("""{"type": "WordPiece", "vocab": {}}""", BertPreTokenizer, """{"type": "BertNormalizer", "clean_text": false}""",
        "clean_text", "false")]
    [DataRow("""{"type": "WordPiece", "vocab": {}, "continuing_subword_prefix": "@@"}""", BertPreTokenizer, BertNormalizer,
        "continuing_subword_prefix", "@@")]
    [DataRow("""{"type": "WordPiece", "vocab": {}, "max_input_chars_per_word": 50}""", BertPreTokenizer, BertNormalizer,
        "max_input_chars_per_word", "50")]
    [DataRow("""{"type": "WordPiece", "vocab": {"a": 0, "[UNK]": 2}}""", BertPreTokenizer, BertNormalizer, "no token with id 1", "tiny")]
    [DataRow("""{"type": "WordPiece", "vocab": {"a\n": 0, "[UNK]": 1}}""", BertPreTokenizer, BertNormalizer, "id 0", "line break")]
    public void What_is_not_implemented_or_damaged_in_a_tokenizer_json_of_BERT_is_refused(
        string model, string preTokenizer, string normalizer, params string[] named) =>
        AssertRefused(Json(model, preTokenizer, normalizer), EncoderFamily.Bert, named);

    private static void AssertRefused(string json, EncoderFamily family, string[] named)
    {
        InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(
            () => TextTokenizer.Create(TinyTokenizers.Files(("tokenizer.json", json)), family, specialTokensInText: false));
        foreach (string part in named)
        {
            Assert.Contains(part, error.Message);
        }
    }

    private static string RobertaModel(string settings, string merge = "\"Ġ a\"") =>
        $$"""{"type": "BPE", {{settings}}"vocab": {{JsonSerializer.Serialize(TinyTokenizers.RobertaIds("Ġ a"))}}, "merges": [{{merge}}]}""";

    private static string WordPieceModel(string settings, params string[] words)
    {
        Dictionary<string, int> ids = TinyTokenizers.BertSpecials.Concat(words)
            .Select((word, id) => (word, id)).ToDictionary(entry => entry.word, entry => entry.id);
        return $$"""{"type": "WordPiece", {{settings}}"vocab": {{JsonSerializer.Serialize(ids)}}}""";
    }

    private static string Json(string model, string preTokenizer, string normalizer, string addedTokens = "[]") =>
        $$"""{"added_tokens": {{addedTokens}}, "normalizer": {{normalizer}}, "pre_tokenizer": {{preTokenizer}}, "model": {{model}}}""";
}
