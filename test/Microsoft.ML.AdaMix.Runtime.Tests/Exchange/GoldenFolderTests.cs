using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Edits;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Runtime.Tests.Exchange;

namespace Microsoft.ML.AdaMix.Exchange;

/// <summary>Folders of peft and adapters compared with the logits that these libraries computed.</summary>
[TestClass]
public sealed class GoldenFolderTests : IDisposable
{
    private const double Tolerance = 2e-5;
    private const double LoraTolerance = 1e-4; // what the reference's description allows for the families' LoRA

    private readonly TemporaryFolder _folder = new();

    public static IEnumerable<object[]> Files => Golden.MethodFiles.Select(file => (object[])[file]);

    public static IEnumerable<object[]> Families => Golden.FamilyFolders.Select(family => (object[])[family]);

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DynamicData(nameof(Files))]
    public void An_adapter_of_the_other_library_gives_its_logits(string file)
    {
        using AdaMixTransformer model = Import(GoldenFolders.Write(_folder, file));

        (float[] logits, _) = ReferenceModels.Score(model.Model.Tuned, ReferenceModels.Rows("roberta"));

        double difference = Golden.AssertClose(
            new GoldenTensors(Reference.Golden("methods", $"{file}.safetensors")).Floats("out/logits"), logits, Tolerance, "logits");
        TestContext.WriteLine($"{file}: largest difference {difference:g2}");
    }

    [TestMethod]
    [DynamicData(nameof(Files))]
    public void Exported_again_it_has_the_same_tensors_and_says_the_same(string file)
    {
        string given = GoldenFolders.Write(_folder, file);
        using AdaMixTransformer model = Import(given);

        model.ExportAdapter(_folder.At("again"), GoldenFolders.FormatOf(file));

        using AdaMixTransformer again = Import(_folder.At("again"));
        FolderAssert.AreEqual(model.Model, again.Model);
        FolderAssert.SameTensors(given, _folder.At("again"), name => name.Replace(".adamix.", ".a.", StringComparison.Ordinal));
    }

    [TestMethod]
    [DataRow("peft_lora_qv", "target_modules")]
    [DataRow("peft_lora_qv", "lora_alpha")]
    [DataRow("peft_prefix_tuning", "num_virtual_tokens")]
    [DataRow("peft_prompt_tuning", "token_dim")]
    [DataRow("adapters_seq_bn_pfeiffer", "original_ln_before")]
    [DataRow("adapters_seq_bn_pfeiffer", "reduction_factor")]
    [DataRow("adapters_double_seq_bn_houlsby", "non_linearity")]
    [DataRow("adapters_par_bn", "scaling")]
    [DataRow("adapters_ia3", "attn_matrices")]
    [DataRow("adapters_lora_all", "alpha")]
    public void The_configuration_that_is_written_says_what_the_other_library_said(string file, string key)
    {
        string given = GoldenFolders.Write(_folder, file);
        using AdaMixTransformer model = Import(given);

        model.ExportAdapter(_folder.At("again"), GoldenFolders.FormatOf(file));

        string found = Option(_folder.At("again"), key).Replace("attention.self.", string.Empty, StringComparison.Ordinal);
        string expected = Option(given, key);
        if (double.TryParse(expected, CultureInfo.InvariantCulture, out double number)) // 4 and 4.0 are the same
        {
            Assert.AreEqual(number, double.Parse(found, CultureInfo.InvariantCulture));
        }
        else
        {
            Assert.AreEqual(expected, found);
        }
    }

    [TestMethod]
    public void A_stabilized_LoRA_is_written_with_the_alpha_of_the_same_factor_without_it()
    {
        const string File = "peft_lora_rslora_all_linear";
        using AdaMixTransformer model = Import(GoldenFolders.Write(_folder, File));

        model.ExportAdapter(_folder.At("again"), AdapterFormat.Peft);

        MethodSettings given = new(GoldenFolders.Method(File));
        double alpha = double.Parse(Option(_folder.At("again"), "lora_alpha"), CultureInfo.InvariantCulture);
        Assert.AreEqual(given.LoraScale, alpha / given.Rank, 1e-6);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Labels_of_the_adapters_head_are_kept(bool staticHead)
    {
        using AdaMixTransformer model = Import(GoldenFolders.Write(_folder, "adapters_seq_bn_pfeiffer", staticHead));

        CollectionAssert.AreEqual(GoldenFolders.Labels.ToArray(), model.Model.Labels.Names);
    }

    [TestMethod]
    public void A_head_of_transformers_gives_what_the_library_s_own_gives()
    {
        using AdaMixTransformer own = Import(GoldenFolders.Write(_folder, "adapters_par_bn"));
        using TemporaryFolder other = new();
        using AdaMixTransformer fixedHead = Import(GoldenFolders.Write(other, "adapters_par_bn", staticHead: true));

        FolderAssert.AreEqual(own.Model, fixedHead.Model);
    }

    [TestMethod]
    public void Labels_of_the_encoders_configuration_are_those_of_peft()
    {
        using AdaMixTransformer model = Import(GoldenFolders.Write(_folder, "peft_lora_qv"));
        using AdaMixTransformer named = new MLContext().Model.ImportAdapter(
            _folder.At("peft_lora_qv"), GoldenFolders.Encoder,
            new AdapterImportOptions { Labels = [.. GoldenFolders.Labels], MaxLength = 20 });

        CollectionAssert.AreEqual(GoldenFolders.Labels.Select((_, id) => $"LABEL_{id}").ToArray(), model.Model.Labels.Names);
        CollectionAssert.AreEqual(GoldenFolders.Labels.ToArray(), named.Model.Labels.Names);
        Assert.AreEqual(20, named.Model.Tuned.Input.MaxLength);
        Assert.AreEqual(GoldenFolders.Encoder.Load().Config.MaxSequenceLength, model.Model.Tuned.Input.MaxLength);
    }

    [TestMethod]
    public void P_tuning_saves_the_prompt_that_its_network_gave()
    {
        string path = GoldenFolders.Write(_folder, "peft_prompt_tuning");
        FolderAssert.Change(path, config => config["peft_type"] = "P_TUNING");

        using AdaMixTransformer model = Import(path);

        Assert.IsInstanceOfType<PromptEdit>(model.Model.Tuned.Edits[0]);
    }

    [TestMethod]
    [DynamicData(nameof(Families))]
    public void LoRA_of_every_family_gives_its_logits_and_comes_back(string family)
    {
        PretrainedEncoder encoder = PretrainedEncoder.FromFolder(Reference.Golden(family));
        using AdaMixTransformer model = new MLContext().Model.ImportAdapter(GoldenFolders.WriteFamily(_folder, family, encoder), encoder);
        GoldenTensors golden = new(Reference.Golden(family, "lora.safetensors"));

        (float[] logits, _) = ReferenceModels.Score(
            model.Model.Tuned, new GoldenTensors(Reference.Golden(family, "base.safetensors")).Rows());

        double difference = Golden.AssertClose(golden.Floats("out/logits"), logits, LoraTolerance, "logits");
        TestContext.WriteLine($"{family}: largest difference {difference:g2}");
        model.ExportAdapter(_folder.At("again"), AdapterFormat.Peft);
        using AdaMixTransformer again = new MLContext().Model.ImportAdapter(_folder.At("again"), encoder);
        FolderAssert.AreEqual(model.Model, again.Model);
        FolderAssert.SameTensors(_folder.At(family), _folder.At("again"), name => name);
    }

    public void Dispose() => _folder.Dispose();

    private static string Option(string folder, string key)
    {
        JsonNode config = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "adapter_config.json")))!;
        return (config["config"] ?? config)[key]!.ToJsonString();
    }

    private static AdaMixTransformer Import(string path) => new MLContext().Model.ImportAdapter(path, GoldenFolders.Encoder);
}
