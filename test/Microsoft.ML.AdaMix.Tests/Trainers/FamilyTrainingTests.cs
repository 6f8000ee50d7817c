using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Tests.Trainers;

/// <summary>Folders of each family from training to prediction, saved files and export.</summary>
[TestClass]
public sealed class FamilyTrainingTests
{
    private static readonly string[] Words = ["a", "cat", "dog", "sees", "the", "small", "bird", "##s"];

    private static readonly Row[] Pairs =
    [
        .. Enumerable.Range(0, 12).Select(i => new Row
        {
            Label = i % 2 == 0 ? "cat" : "dog",
            Text = i % 2 == 0 ? "the small cat sees" : "a dog sees the birds and more",
            Text2 = i % 3 == 0 ? "a bird" : "the dogs",
        }),
    ];

    // Those that a vocabulary of words fits: RoBERTa's relatives have no vocab.txt.
    private static IEnumerable<object[]> Families => Golden.FamilyFolders
        .Where(family => family == Golden.Families + Golden.Missing
            || HuggingFaceFolder.ReadConfig(Reference.Golden(family)).Family != EncoderFamily.Roberta)
        .Select(family => (object[])[family]);

    private readonly string _folder = Directory.CreateTempSubdirectory("adamix-family").FullName;

    [TestCleanup]
    public void Clean() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DynamicData(nameof(Families))]
    public void A_family_trains_on_pairs_predicts_is_saved_and_exported(string family)
    {
        MLContext ml = new(1);
        AdaMixTransformer model = Fit(ml, Encoder(family), new AdapterTuning { Bottleneck = 4 });
        float[][] expected = Logits(ml, model);
        Assert.IsTrue(expected.SelectMany(row => row).All(float.IsFinite));

        string saved = Path.Combine(_folder, "model.zip");
        ml.Model.Save(model, null, saved);
        AssertClose(expected, Logits(ml, ml.Model.Load(saved, out _)));

        string delta = Path.Combine(_folder, "model.delta");
        ml.Model.SaveDelta(model, null, delta, DeltaPrecision.Exact);
        AssertClose(expected, Logits(ml, ml.Model.LoadDelta(delta, Encoder(family), out _)));

        string export = Path.Combine(_folder, "export");
        model.ExportOnnx(export);
        EncoderConfig read = HuggingFaceFolder.ReadConfig(export);
        Assert.AreEqual(HuggingFaceFolder.ReadConfig(Reference.Golden(family)), read);
    }

    [TestMethod]
    public void A_method_without_sense_in_a_family_is_refused_with_the_reason_before_training()
    {
        AssertRefused("modernbert", new BitFitTuning(), new MixtureOptions(), "bitfit", "biases, and ModernBERT has none", "lora");
        AssertRefused(
            "modernbert", new AdapterTuning { Placement = AdapterPlacement.Pfeiffer }, new MixtureOptions(), "pfeiffer", "norms before",
            "houlsby");
        AssertRefused("albert", new LoraTuning { Layers = 1..^0 }, new MixtureOptions(), "lora", "share their weights", "Layers");
        AssertRefused("albert", new Ia3Tuning { Layers = 0..1 }, new MixtureOptions(), "ia3", "share their weights");
        AssertRefused(
            "deberta-v2", new LoraTuning(), new MixtureOptions { Experts = 2, Routing = ExpertRouting.Token }, "Routing",
            "relative positions", "Batch");
    }

    [TestMethod]
    public void A_template_on_a_family_without_a_masked_LM_head_is_refused_by_name()
    {
        PretrainedEncoder encoder = Encoder(Golden.FamilyFolder("electra"));
        InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(() => Fit(
            new MLContext(1), encoder, new AdapterTuning(), options => options with
            {
                SecondTextColumnName = null,
                Template = new PromptTemplate { Text = "{text} a {mask}" },
            }));
        Assert.Contains("ELECTRA", error.Message);
        Assert.Contains("Template", error.Message);
    }

    [TestMethod]
    public void A_tokenizer_that_may_be_another_encoders_is_warned_of()
    {
        string family = Golden.FamilyFolder("mpnet");
        PretrainedEncoder encoder = Encoder(family);
        int pad = HuggingFaceFolder.ReadConfig(Reference.Golden(family)).PadTokenId;
        int other = pad == 0 ? 1 : 0;
        string vocabulary = Path.Combine(_folder, "encoder", "vocab.txt");
        string[] lines = File.ReadAllLines(vocabulary);
        (lines[pad], lines[other]) = (lines[other], lines[pad]);
        File.Delete(vocabulary); // alone it would be refused
        File.WriteAllText(Path.Combine(_folder, "encoder", "tokenizer.json"), WordPieceJson(lines[..((lines.Length * 3) / 4)]));
        MLContext ml = new(1);
        List<string> said = [];
        ml.Log += (_, entry) => said.Add(entry.Message);
        Fit(ml, encoder, new AdapterTuning { Bottleneck = 4 });
        string all = string.Join('\n', said);
        Assert.Contains("is it cut off, or another encoder's?", all);
        Assert.Contains($"has the id {other} in its tokenizer and {pad} in config.json (pad_token_id)", all);
    }

    private void AssertRefused(string family, TuningMethod method, MixtureOptions mixture, params string[] parts)
    {
        PretrainedEncoder encoder = Encoder(Golden.FamilyFolder(family)); // a test without it is skipped
        ArgumentException error = Assert.ThrowsExactly<ArgumentException>(() => Fit(
            new MLContext(1), encoder, method, options => options with { Mixture = mixture }));
        foreach (string part in parts)
        {
            Assert.Contains(part, error.Message);
        }
    }

    private static string WordPieceJson(string[] tokens) => new JsonObject
    {
        ["normalizer"] = new JsonObject { ["type"] = "BertNormalizer" },
        ["pre_tokenizer"] = new JsonObject { ["type"] = "BertPreTokenizer" },
        ["post_processor"] = new JsonObject
        {
            ["type"] = "RobertaProcessing", ["cls"] = new JsonArray("<s>", Array.IndexOf(tokens, "<s>")),
            ["sep"] = new JsonArray("</s>", Array.IndexOf(tokens, "</s>")),
        },
        ["model"] = new JsonObject
        {
            ["type"] = "WordPiece", ["unk_token"] = "[UNK]",
            ["vocab"] = new JsonObject(tokens.Select((token, id) => new KeyValuePair<string, JsonNode?>(token, id))),
        },
    }.ToJsonString();

    private static AdaMixTransformer Fit(
        MLContext ml, PretrainedEncoder encoder, TuningMethod method, Func<AdaMixOptions, AdaMixOptions>? with = null)
    {
        AdaMixOptions options = new()
        {
            Encoder = encoder,
            Method = method,
            Mixture = new MixtureOptions { Experts = 2 },
            Epochs = 1,
            BatchSize = 6,
            MaxLength = 24,
            Seed = 1,
            SecondTextColumnName = "Text2",
            LogitsColumnName = "Logits",
        };
        return ((IEnumerable<ITransformer>)Rows.Pipeline(ml, with?.Invoke(options) ?? options)
            .Fit(ml.Data.LoadFromEnumerable(Pairs))).OfType<AdaMixTransformer>().Single();
    }

    private static float[][] Logits(MLContext ml, ITransformer model) =>
        [.. model.Transform(ml.Data.LoadFromEnumerable(Pairs)).GetColumn<float[]>("Logits")];

    private static void AssertClose(float[][] expected, float[][] found)
    {
        for (int row = 0; row < expected.Length; row++)
        {
            Golden.AssertClose(expected[row], found[row], 1e-5, $"row {row}");
        }
    }

    // The tiny encoder of the reference numbers with a vocabulary of words.
    private PretrainedEncoder Encoder(string family)
    {
        string folder = Path.Combine(_folder, "encoder");
        Directory.CreateDirectory(folder);
        EncoderConfig config = HuggingFaceFolder.ReadConfig(Reference.Golden(family));
        File.Copy(Reference.Golden(family, "config.json"), Path.Combine(folder, "config.json"), overwrite: true);
        File.Copy(Reference.Golden(family, "model.safetensors"), Path.Combine(folder, "model.safetensors"), overwrite: true);
        string[] vocabulary = [.. Enumerable.Range(0, config.VocabularySize).Select(id => $"[unused{id}]")];
        bool isMpnet = config.Family == EncoderFamily.MPNet;
        vocabulary[config.PadTokenId] = isMpnet ? "<pad>" : "[PAD]";
        string[] specials = isMpnet ? ["<s>", "</s>", "<mask>"] : ["[CLS]", "[SEP]", "[MASK]"];
        int free = 0;
        foreach (string token in (string[])["[UNK]", .. specials, .. Words])
        {
            free += free == config.PadTokenId ? 1 : 0;
            vocabulary[free++] = token;
        }

        File.WriteAllLines(Path.Combine(folder, "vocab.txt"), vocabulary);
        return PretrainedEncoder.FromFolder(folder);
    }
}
