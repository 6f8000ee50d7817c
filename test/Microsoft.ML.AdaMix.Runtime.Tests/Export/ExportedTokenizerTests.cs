using System.Text.Json;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Runtime.Tests.Tokenization;
using Microsoft.ML.AdaMix.Tokenization;
using Microsoft.ML.AdaMix.Tokenization.Words;

namespace Microsoft.ML.AdaMix.Export;

/// <summary>The tokenizer's files of an export, read as other programs read them: with special tokens in texts as such.</summary>
[TestClass]
public sealed class ExportedTokenizerTests
{
    public static IEnumerable<string[]> Folders => GeneralGoldens.Folders;

    public static IEnumerable<string[]> FoldersWithPlainSpecials => GeneralGoldens.FoldersWithPlainSpecials;

    [TestMethod]
    [DynamicData(nameof(Folders))]
    public void Every_line_gives_the_ids_and_types_of_the_encoders_own_files(string folder)
    {
        string path = GeneralGoldens.Path(folder);

        GeneralGoldens.Compare(Exported(GeneralGoldens.Files(path), GeneralGoldens.Family(path), true), path, ["ids"]);
    }

    [TestMethod]
    [DynamicData(nameof(FoldersWithPlainSpecials))]
    public void Where_special_tokens_are_text_for_the_model_no_program_finds_them(string folder)
    {
        string path = GeneralGoldens.Path(folder);
        EncoderFamily family = GeneralGoldens.Family(path);
        TokenizerFiles files = GeneralGoldens.Files(path);
        bool isHidden = TokenizerReader.Read(files, family).Model is BytePairParts or WordPieceParts;

        GeneralGoldens.Compare(Exported(files, family, false), path, isHidden ? ["ids_specials_as_text", "ids"] : ["ids"]);
    }

    [TestMethod]
    [DynamicData(nameof(Folders))]
    public void Older_files_alone_give_the_same_ids_as_the_tokenizer_json_that_is_written_of_them(string folder)
    {
        string path = GeneralGoldens.Path(folder);
        EncoderFamily family = GeneralGoldens.Family(path);
        TokenizerFiles files = GeneralGoldens.Files(path, name => name != "tokenizer.json");
        if (!files.Contents.Keys.Any(
            name => name is "vocab.txt" or "merges.txt" || name.EndsWith(".model", StringComparison.Ordinal))
            || TokenizerReader.Read(GeneralGoldens.Files(path), family).Model is BytePairParts { EndSuffix.Length: > 0 })
        {
            return; // a tokenizer.json only, or one whose older files are of a class that is not read: merges with ends of words
        }

        FramedTokenizer own = TextTokenizer.CreateFramed(files, family, specialTokensInText: true);
        FramedTokenizer exported = Exported(files, family, true);
        foreach ((string text, string? pair, int maxLength, JsonElement line) in GeneralGoldens.Lines(path))
        {
            (int[] ids, int[] types) = exported.EncodeTyped(text, pair, maxLength);
            (int[] expected, int[] expectedTypes) = own.EncodeTyped(text, pair, maxLength);
            CollectionAssert.AreEqual(expected, ids, line.GetRawText());
            CollectionAssert.AreEqual(expectedTypes, types, line.GetRawText());
        }
    }

    [TestMethod]
    public void Special_tokens_are_named_as_strings_and_what_slow_tokenizers_do_is_left_out()
    {
        TokenizerFiles files = TinyTokenizers.Bert(
            """
            {"mask_token":{"content":"[MASK]","lstrip":true},"do_lower_case":false,"remove_space":true,"padding_side":"left",
             "truncation_side":"left","model_max_length":512}
            """, ["a", "b"]);
        TunedModel model = TestModels.Model(TestModels.Encoder(EncoderFamily.Bert) with { Tokenizer = files });

        using JsonDocument config = JsonDocument.Parse(TokenizerExport.Files(model)["tokenizer_config.json"]);
        using JsonDocument tokenizer = JsonDocument.Parse(TokenizerExport.Files(model)["tokenizer.json"]);

        string? Text(string key) => config.RootElement.GetProperty(key).GetString();
        Assert.AreEqual("[PAD]", Text("pad_token"));
        Assert.AreEqual("[CLS]", Text("cls_token"));
        Assert.AreEqual("[SEP]", Text("sep_token"));
        Assert.AreEqual("[UNK]", Text("unk_token"));
        Assert.AreEqual("[MASK]", Text("mask_token"));
        Assert.AreEqual("BertTokenizer", Text("tokenizer_class"));
        Assert.AreEqual("right", Text("padding_side"));
        Assert.AreEqual("left", Text("truncation_side"));
        Assert.AreEqual(model.Input.MaxLength, config.RootElement.GetProperty("model_max_length").GetInt32());
        Assert.IsFalse(config.RootElement.TryGetProperty("remove_space", out _));
        Assert.IsFalse(tokenizer.RootElement.GetProperty("normalizer").GetProperty("lowercase").GetBoolean());
    }

    [TestMethod]
    [DataRow("""{"do_lower_case":false}""", "Ab", false)]
    [DataRow("""{}""", "Ab", true)]
    public void What_tokenizer_config_says_of_a_tokenizer_json_stands_in_the_tokenizer_json_that_is_written(
        string settings, string text, bool isLower)
    {
        TokenizerFiles older = TinyTokenizers.Bert("""{"do_lower_case":true}""", ["ab"]);
        TunedModel model = TestModels.Model(TestModels.Encoder(EncoderFamily.Bert) with { Tokenizer = older });
        Dictionary<string, byte[]> files = new(StringComparer.Ordinal)
        {
            ["tokenizer.json"] = TokenizerExport.Files(model)["tokenizer.json"],
            ["tokenizer_config.json"] = System.Text.Encoding.UTF8.GetBytes(settings),
        };
        model = model with { Encoder = model.Encoder with { Tokenizer = new TokenizerFiles("x", files) } };

        TokenizerFiles alone = new("json", new Dictionary<string, byte[]>(StringComparer.Ordinal)
        {
            ["tokenizer.json"] = TokenizerExport.Files(model)["tokenizer.json"],
        });

        FramedTokenizer tokenizer = TextTokenizer.CreateFramed(alone, EncoderFamily.Bert, specialTokensInText: true);
        int[] ids = tokenizer.Encode(text, null, 10).Ids;
        Assert.AreEqual(isLower ? tokenizer.Vocabulary.Ids["ab"] : tokenizer.Vocabulary.Ids["[UNK]"], ids[1]);
    }

    private static FramedTokenizer Exported(TokenizerFiles files, EncoderFamily family, bool specialTokensInText)
    {
        TunedModel model = TestModels.Model(TestModels.Encoder(family) with { Tokenizer = files });
        Dictionary<string, byte[]> exported = TokenizerExport.Files(
            model with { Input = model.Input with { SpecialTokensInText = specialTokensInText } });
        using JsonDocument config = JsonDocument.Parse(exported["tokenizer_config.json"]);
        Assert.AreEqual(!specialTokensInText, config.RootElement.GetProperty("split_special_tokens").GetBoolean());
        return TextTokenizer.CreateFramed(new TokenizerFiles("exported", exported), family, specialTokensInText: true);
    }
}
