using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Runtime.Tests.Tokenization;

/// <summary>Folders with the older files, alone and beside a tokenizer.json.</summary>
[TestClass]
public sealed class OldFoldersTests
{
    private const string Json = """
        {"added_tokens": [], "normalizer": {"type": "BertNormalizer", "lowercase": false}, "pre_tokenizer": {"type": "BertPreTokenizer"},
         "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]},
         "model": {"type": "WordPiece", "vocab": {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "[MASK]": 4, "a": 5, "A": 6}}}
        """;

    [TestMethod]
    public void Of_a_repeated_line_the_last_counts_and_a_blank_line_takes_a_number()
    {
        TokenizerFiles files = TinyTokenizers.Files(("vocab.txt", TinyTokenizers.VocabText("a", "", "b", "a")));
        CollectionAssert.AreEqual(new[] { 8, 7 }, Bert(files).Inner("a b"));
    }

    [TestMethod]
    [DataRow("\uFEFF", "\n")]
    [DataRow("", "\r\n")]
    [DataRow("\uFEFF", "\r\n")]
    public void Marks_and_line_ends_of_Windows_change_nothing(string mark, string lineEnd)
    {
        string lines = mark + TinyTokenizers.VocabText("a", "b").ReplaceLineEndings(lineEnd).TrimEnd();
        CollectionAssert.AreEqual(
            new[] { 2, 5, 6, 3 },
            Bert(TinyTokenizers.Files(("vocab.txt", lines), ("tokenizer_config.json", mark + "{}"))).Encode("a b", null, 10).Ids);
    }

    [TestMethod]
    [DataRow("added_tokens.json", """{"<user>": 9}""")]
    [DataRow("tokenizer_config.json", """{"added_tokens_decoder": {"9": {"content": "<user>", "special": false}}}""")]
    public void Added_tokens_have_the_ids_that_their_file_declares(string name, string content) => CollectionAssert.AreEqual(
        new[] { 5, 9, 5 }, Bert(TinyTokenizers.Files(("vocab.txt", TinyTokenizers.VocabText("a")), (name, content))).Inner("a <user> a"));

    [TestMethod]
    public void A_vocabulary_of_MPNet_needs_no_named_class_to_be_framed_as_MPNet_frames_it()
    {
        TokenizerFiles files = TinyTokenizers.Files(("vocab.txt", "<s>\n<pad>\n</s>\n<unk>\na\nb\n[UNK]\n<mask>\n"));
        FramedTokenizer tokenizer = TextTokenizer.CreateFramed(files, EncoderFamily.MPNet, specialTokensInText: false);
        CollectionAssert.AreEqual(new[] { 0, 4, 6, 2 }, tokenizer.Encode("A z", null, 10).Ids);
        CollectionAssert.AreEqual(new[] { 0, 4, 2, 2, 5, 2 }, tokenizer.Encode("a", "b", 10).Ids);
    }

    [TestMethod]
    [DataRow("Roberta", "camembert", "sentencepiece.bpe.model", "CamembertTokenizer")]
    [DataRow("Roberta", "xlm-roberta", "sentencepiece.bpe.model", "XLMRobertaTokenizer")]
    [DataRow("Albert", null, "spm.model", "AlbertTokenizer")]
    [DataRow("DebertaV2", null, "spiece.model", "DebertaV2Tokenizer")]
    [DataRow("Albert", null, "vocab.txt", null)]
    [DataRow("Bert", null, "sentencepiece.bpe.model", null)]
    public void Where_no_class_is_named_the_encoder_says_it(string family, string? modelType, string file, string? expected) =>
        Assert.AreEqual(
            expected,
            TokenizerSettings.Read(TinyTokenizers.Files((file, "x")), Enum.Parse<EncoderFamily>(family), modelType).TokenizerClass);

    [TestMethod]
    public void Tokenizer_json_decides_where_both_are_there() => CollectionAssert.AreEqual(
        new[] { 6 }, Bert(TinyTokenizers.Files(("vocab.txt", TinyTokenizers.VocabText("a", "A")), ("tokenizer.json", Json))).Inner("A"));

    [TestMethod]
    [DataRow("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nA\na\n", "'A'", "vocab.txt", "tokenizer.json", "id 5", "id 6")]
    [DataRow("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n", "'A'", "vocab.txt", "tokenizer.json", "7 and 6 tokens")]
    [DataRow("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\nA\nb\n", "'b'", "vocab.txt", "no such token", "8 and 7 tokens")]
    public void Files_that_contradict_each_other_are_both_named(string name, string content, params string[] named) =>
        AssertRefused(TinyTokenizers.Files((name, content), ("tokenizer.json", Json)), EncoderFamily.Bert, named);

    [TestMethod]
    public void Two_ids_of_an_added_token_name_both_files() => AssertRefused(
        TinyTokenizers.Files(
            ("vocab.txt", TinyTokenizers.VocabText("a")), ("added_tokens.json", """{"<u>": 9}"""),
            ("tokenizer_config.json", """{"added_tokens_decoder": {"8": {"content": "<u>"}}}""")),
        EncoderFamily.Bert, "added_tokens.json", "tokenizer_config.json", "9", "8");

    [TestMethod]
    public void Merges_that_are_cut_off_are_refused()
    {
        string[] merges = [.. Enumerable.Range('a', 26).SelectMany(one => ((string[])["x", "y", "z"]).Select(two => $"{(char)one} {two}"))];
        AssertRefused(
            TinyTokenizers.Files(
                ("vocab.json", TinyTokenizers.VocabJson(merges)), ("merges.txt", TinyTokenizers.MergesText(merges[..20]))),
            EncoderFamily.Roberta, "merges.txt", "cut off", "20 merges");
    }

    [TestMethod]
    [DataRow("""{"word_tokenizer_type": "mecab"}""", "mecab")]
    [DataRow("""{"tokenizer_class": "PhobertTokenizer"}""", "PhobertTokenizer")]
    [DataRow("""{"subword_tokenizer_type": "character"}""", "character")]
    [DataRow("""{"auto_map": {"AutoTokenizer": ["tok.My", null]}}""", "tok.My")]
    [DataRow("""{"do_basic_tokenize": false}""", "do_basic_tokenize")]
    [DataRow("""{"never_split": ["a"]}""", "never_split")]
    [DataRow("""{"truncation_side": "middle"}""", "middle")]
    public void Words_that_another_program_cuts_are_refused_by_name(string config, string named) =>
        AssertRefused(TinyTokenizers.Bert(config, "a"), EncoderFamily.Bert, named, "not supported");

    [TestMethod]
    [DataRow("""{"tokenizer_class": "T5Tokenizer"}""", "T5Tokenizer")]
    [DataRow("""{"tokenizer_class": "MyTokenizerFast"}""", "MyTokenizer")]
    public void A_class_that_is_not_known_to_read_the_older_files_is_refused(string config, string named)
    {
        AssertRefused(TinyTokenizers.Bert(config, "a"), EncoderFamily.Bert, named, "vocab.txt", "tokenizer.json");
        AssertRefused(TinyTokenizers.Roberta(config), EncoderFamily.Roberta, named, "vocab.json and merges.txt", "tokenizer.json");
    }

    [TestMethod]
    [DataRow("BertTokenizer")]
    [DataRow("BertTokenizerFast")]
    [DataRow("DistilBertTokenizer")]
    [DataRow("ElectraTokenizerFast")]
    [DataRow("MobileBertTokenizer")]
    [DataRow("PreTrainedTokenizerFast")]
    public void Classes_that_read_as_BERT_reads_are_read_so(string name) => CollectionAssert.AreEqual(
        new[] { 5 }, Bert(TinyTokenizers.Bert(
            $$"""{ "tokenizer_class": "{{name}}", "do_basic_tokenize": true, "never_split": null, "auto_map": { "AutoModel": "x" } }""",
            "a")).Inner("a"));

    [TestMethod]
    [DataRow("""{"tokenizer_class": "MyTokenizer"}""")]
    [DataRow("""{"tokenizer_class": "PreTrainedTokenizerFast", "auto_map": {"AutoTokenizer": ["tok.My", null]}}""")]
    [DataRow("""{"do_basic_tokenize": false, "never_split": ["a"]}""")]
    public void Beside_a_tokenizer_json_what_is_said_of_slow_tokenizers_does_not_count(string config) => CollectionAssert.AreEqual(
        new[] { 6 }, Bert(TinyTokenizers.Files(("tokenizer_config.json", config), ("tokenizer.json", Json))).Inner("A"));

    [TestMethod]
    public void The_class_decides_between_vocab_txt_and_merges() => CollectionAssert.AreEqual(
        new[] { 2, 5, 3 }, TextTokenizer.Create(
            TinyTokenizers.Files(
                ("vocab.txt", TinyTokenizers.VocabText("a")), ("vocab.json", TinyTokenizers.VocabJson()),
                ("merges.txt", TinyTokenizers.MergesText()), ("tokenizer_config.json", """{"tokenizer_class": "BertTokenizer"}""")),
            EncoderFamily.Roberta, specialTokensInText: false).Encode("a", null, 10).Ids);

    [TestMethod]
    public void Merges_of_HerBERT_without_their_class_are_refused_for_what_they_are() => AssertRefused(
        TinyTokenizers.Files(
            ("vocab.json", """{"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3, "a": 4, "b</w>": 5, "ab</w>": 6}"""),
            ("merges.txt", TinyTokenizers.MergesText("a b</w>"))),
        EncoderFamily.Bert, "'</w>'", "HerbertTokenizer");

    [TestMethod]
    public void A_model_of_SentencePiece_that_is_none_is_refused() => AssertRefused(
        TinyTokenizers.Files(("spiece.model", "version https://git-lfs.github.com/spec/v1")), EncoderFamily.Bert, "spiece.model");

    [TestMethod]
    public void A_pattern_that_backtracks_without_end_is_an_error_that_names_it()
    {
        AdaMix.Tokenization.Patterns.RegexPattern pattern = new("(a|aa)+$", "x", TimeSpan.FromMilliseconds(50));
        InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(() => pattern.Split(new string('a', 60) + "b"));
        Assert.Contains("(a|aa)+$", error.Message);
    }

    [TestMethod]
    [DataRow(@"\s?\p{P}+", "29, 3.5%", "29|,| 3|.|5|%")]
    [DataRow(@"(?i:'s|'t)", "it'S a'ſ", "it|'S| a|'ſ")]
    [DataRow(@"\p{Lu}\p{^L}", "Aa𝐀1b", "Aa|𝐀1|b")]
    [DataRow(@"^b$", "a\nb\nc", "a\n|b|\nc")]
    [DataRow(@"\h{2}+", "xab12y", "x|ab12|y")]
    [DataRow(@"[^\S\n]++", "a \tb\n", "a| \t|b\n")]
    [DataRow(@"\bab\b", "ab abc ab", "ab| abc |ab")]
    public void Patterns_match_as_Oniguruma_matches_them(string pattern, string text, string parts) => Assert.AreEqual(
        parts, string.Join('|', new AdaMix.Tokenization.Patterns.RegexPattern(pattern, "x").Split(text).Select(
            match => text[match.Start..match.End])));

    private static FramedTokenizer Bert(TokenizerFiles files) =>
        TextTokenizer.CreateFramed(files, EncoderFamily.Bert, specialTokensInText: false);

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
