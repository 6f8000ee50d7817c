using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Runtime.Tests.Tokenization;

[TestClass]
public sealed class TokenizerSettingsTests
{
    [TestMethod]
    [DataRow("{}", "cafe")]
    [DataRow("""{"do_lower_case": true}""", "cafe")]
    [DataRow("""{"do_lower_case": false}""", "Café")]
    [DataRow("""{"do_lower_case": true, "strip_accents": null}""", "cafe")]
    [DataRow("""{"do_lower_case": true, "strip_accents": false}""", "café")]
    [DataRow("""{"do_lower_case": false, "strip_accents": true}""", "Cafe")]
    public void Case_and_accents_follow_do_lower_case_and_strip_accents(string config, string expected) =>
        Assert.AreEqual(expected, TinyTokenizers.BertTokens(config, "Café", "cafe", "café", "Cafe", "Café"));

    [TestMethod]
    [DataRow("{}", "中 国")]
    [DataRow("""{"tokenize_chinese_chars": true}""", "中 国")]
    [DataRow("""{"tokenize_chinese_chars": false}""", "中国")]
    public void Chinese_characters_stand_alone_unless_tokenize_chinese_chars_is_false(string config, string expected) =>
        Assert.AreEqual(expected, TinyTokenizers.BertTokens(config, "中国", "中", "国", "中国"));

    [TestMethod]
    [DataRow("{}", "a", "a")]
    [DataRow("""{"add_prefix_space": false}""", "a", "a")]
    [DataRow("""{"add_prefix_space": true}""", "a", "Ġa")]
    [DataRow("""{"add_prefix_space": true}""", " a", "Ġa")]
    [DataRow("""{"add_prefix_space": true}""", "\ta", "Ġ ĉ a")]
    [DataRow("""{"add_prefix_space": true}""", "", "")]
    public void A_blank_is_put_before_the_text_if_add_prefix_space_says_so_and_none_is_there(string config, string text, string expected) =>
        Assert.AreEqual(
            expected, TinyTokenizers.RobertaTokens(TinyTokenizers.Roberta(config, "Ġ a"), text, specialTokensInText: false, "Ġ a"));

    [TestMethod]
    public void Settings_of_tokenizer_json_hold_where_tokenizer_config_is_silent()
    {
        TokenizerFiles alone = TokenizerJsonTests.Roberta("\"add_prefix_space\": true");
        Assert.AreEqual("Ġa", TinyTokenizers.RobertaTokens(alone, "a", specialTokensInText: false, "Ġ a"));
        TokenizerFiles overruled = Add(alone, "tokenizer_config.json", """{"add_prefix_space": false}""");
        Assert.AreEqual("a", TinyTokenizers.RobertaTokens(overruled, "a", specialTokensInText: false, "Ġ a"));
    }

    [TestMethod]
    public void Special_tokens_are_strings_or_objects_with_their_content()
    {
        TokenizerFiles files = TinyTokenizers.Bert(
            """{"cls_token": {"content": "[BOS]", "lstrip": false}, "sep_token": "[EOS]", "pad_token": {"content": "[NIL]"}}""", "[BOS]",
            "[EOS]", "[NIL]", "a");
        ITextTokenizer tokenizer = TextTokenizer.Create(files, EncoderFamily.Bert, specialTokensInText: false);
        CollectionAssert.AreEqual(new[] { 5, 8, 6 }, tokenizer.Encode("a", null, 10).Ids);
        Assert.AreEqual(7, tokenizer.PadId);
        Assert.AreEqual(9, tokenizer.VocabularySize);
    }

    [TestMethod]
    public void Tokenizer_config_overrules_special_tokens_map()
    {
        TokenizerFiles mapped = Add(TinyTokenizers.Bert("{}", "[BOS]", "[X]"), "special_tokens_map.json", """{"cls_token": "[BOS]"}""");
        Assert.AreEqual(5, TextTokenizer.Create(mapped, EncoderFamily.Bert, specialTokensInText: false).Encode("", null, 10).Ids[0]);
        TokenizerFiles both = Add(mapped, "tokenizer_config.json", """{"cls_token": "[X]"}""");
        Assert.AreEqual(6, TextTokenizer.Create(both, EncoderFamily.Bert, specialTokensInText: false).Encode("", null, 10).Ids[0]);
    }

    [TestMethod]
    [DataRow("{}", null)]
    [DataRow("""{"model_max_length": 512}""", 512)]
    [DataRow("""{"model_max_length": 1000000000000000019884624838656}""", null)]
    [DataRow("""{"model_max_length": 1e30}""", null)]
    [DataRow("""{"model_max_length": 0}""", null)]
    [DataRow("""{"model_max_length": 0.5}""", null)]
    [DataRow("""{"model_max_length": -1}""", null)]
    [DataRow("""{"model_max_length": "512"}""", null)]
    public void The_length_limit_is_model_max_length_unless_that_is_absurd(string config, int? expected) =>
        Assert.AreEqual(
            expected, TextTokenizer.Create(TinyTokenizers.Bert(config, "a"), EncoderFamily.Bert, specialTokensInText: false).MaxLength);

    [TestMethod]
    public void Without_tokenizer_config_the_defaults_hold()
    {
        TokenizerFiles files = TinyTokenizers.Files(("vocab.txt", TinyTokenizers.VocabText("a")));
        CollectionAssert.AreEqual(
            new[] { 2, 5, 3 }, TextTokenizer.Create(files, EncoderFamily.Bert, specialTokensInText: false).Encode("A", null, 10).Ids);
    }

    private static TokenizerFiles Add(TokenizerFiles files, string name, string content) =>
        files with { Contents = new Dictionary<string, byte[]>(files.Contents, StringComparer.Ordinal) {
            [name] = System.Text.Encoding.UTF8.GetBytes(content) } };
}
