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
    private const string RobertaFrame = """{"type": "RobertaProcessing", "sep": ["</s>", 2], "cls": ["<s>", 0]}""";
    private const string BertFrame = """{"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]}""";

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
            """, """{"type": "BertProcessing", "sep": ["[SEP]", 4], "cls": ["[CLS]", 3]}""");
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
    [DataRow("""{"type": "SentencePiece", "vocab": []}""", ByteLevel, "null", "model", "SentencePiece")]
    [DataRow("""{"type": "Unigram", "unk_id": 0, "vocab": []}""", ByteLevel, "null", "Unigram", "unk_id", "0 pieces")]
    [DataRow("""{"type": "Unigram", "vocab": [["a", 0]]}""", ByteLevel, "null", "Unigram", "unk_id = null")]
    [DataRow("""{"type": "Unigram", "unk_id": 0, "vocab": [["a", "b"]]}""", ByteLevel, "null", "piece 0", "score")]
    [DataRow("""{"type": "BPE", "vocab": {}, "merges": []}""", """{"type": "Jieba"}""", "null", "pre_tokenizer", "Jieba")]
    [DataRow("""{"type": "BPE", "vocab": {}, "merges": []}""", """[]""", "null", "pre_tokenizer", "Array")]
    [DataRow("""{"type": "BPE", "vocab": {}, "merges": []}""", """{"type": "ByteLevel", "use_regex": 1}""", "null", "use_regex", "1")]
    [DataRow("""{"type": "BPE", "vocab": {}, "merges": []}""", """{"type": "Split", "pattern": {"Regex": "(a"}, "behavior": "Isolated"}""",
        "null", "(a", "')'")]
    [DataRow("""{"type": "BPE", "vocab": {}, "merges": []}""", """{"type": "Split", "pattern": {"Regex": "\\X"}, "behavior": "Isolated"}""",
        "null", "\\X")]
    [DataRow("""{"type": "BPE", "vocab": {}, "merges": []}""", """{"type": "Split", "pattern": {"Regex": "a"}, "behavior": "Glued"}""",
        "null", "Glued", "Isolated")]
    [DataRow("""{"type": "BPE", "vocab": {}, "merges": []}""", ByteLevel, """{"type": "NFX"}""", "normalizer", "NFX")]
    [DataRow("""{"type": "BPE", "vocab": {}, "merges": []}""", ByteLevel, """{"type": "Precompiled", "precompiled_charsmap": "AAAA"}""",
        "precompiled_charsmap", "damaged")]
    [DataRow("""{"type": "BPE", "vocab": {}, "merges": []}""", ByteLevel, """{"type": "Sequence", "normalizers": [{"type": "X"}]}""",
        "normalizer", "'X'")]
    [DataRow("""{"type": "BPE", "vocab": {}, "merges": [], "dropout": 0.1}""", ByteLevel, "null", "dropout", "0.1")]
    [DataRow("""{"type": "BPE", "vocab": {"a": 0}, "merges": [], "unk_token": "?"}""", ByteLevel, "null", "unk_token", "?")]
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
    [DataRow("""{"type": "TemplateProcessing", "single": [], "pair": [], "special_tokens": {}}""", "post_processor", "every text once")]
    [DataRow(
        """{"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "[X]"}}, {"Sequence": {"id": "A"}}], "special_tokens": {}}""",
        "post_processor", "'[X]'")]
    [DataRow("""{"type": "BertProcessing", "sep": ["[SEP]"], "cls": ["[CLS]", 2]}""", "post_processor", "sep")]
    [DataRow(
        """{"type": "Sequence", "processors": [{"type": "BertProcessing"}, {"type": "RobertaProcessing"}]}""", "post_processor",
        "2 parts")]
    [DataRow("""{"type": "ChatProcessing"}""", "post_processor", "ChatProcessing")]
    public void A_frame_that_is_not_supported_is_refused(string postProcessor, params string[] named) => AssertRefused(
        Json(WordPieceModel("", "a"), BertPreTokenizer, BertNormalizer, postProcessor: postProcessor), EncoderFamily.Bert, named);

    [TestMethod]
    [DataRow("""{"type": "WordPiece", "vocab": {"a": 0}}""", BertPreTokenizer, BertNormalizer, "unk_token", "[UNK]")]
    [DataRow("""{"type": "WordPiece", "vocab": {}, "max_input_chars_per_word": -5}""", BertPreTokenizer, BertNormalizer,
        "max_input_chars_per_word", "-5")]
    public void What_is_damaged_in_a_tokenizer_json_of_BERT_is_refused(
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

    private static string Json(
        string model, string preTokenizer, string normalizer, string addedTokens = "[]", string postProcessor = BertFrame) =>
        $$"""
        {"added_tokens": {{addedTokens}}, "normalizer": {{normalizer}}, "pre_tokenizer": {{preTokenizer}}, "model": {{model}},
         "post_processor": {{(preTokenizer == BertPreTokenizer ? postProcessor : RobertaFrame)}}}
        """;
}
