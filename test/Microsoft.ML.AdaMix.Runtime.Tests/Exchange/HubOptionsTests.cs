using System.Text.Json;
using Microsoft.ML.AdaMix.Edits;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Runtime.Tests.Exchange;

namespace Microsoft.ML.AdaMix.Exchange;

/// <summary>Options of adapters, and of adapter-transformers before it, that change what is computed.</summary>
[TestClass]
public sealed class HubOptionsTests
{
    private const string Weights = "adapter.safetensors";
    private const string Head = "head_config.json";

    [TestMethod]
    [DataRow("\"adapters.0.2.2\"", 1f)]
    [DataRow("\"adapters.1.0.1\"", 1f)]
    [DataRow("\"adapters.1.1.0.dev0\"", 1f)]
    [DataRow("\"adapters.1.1.0rc1\"", 1f)]
    [DataRow("\"adapters.1.1.0\"", 3f)]
    [DataRow("\"adapters.1.1\"", 3f)]
    [DataRow("\"adapters.1.2.0.dev0\"", 3f)]
    [DataRow("\"adapters.1.1.0.post1\"", 3f)]
    [DataRow("\"adapters.10.0.0+cu118\"", 3f)]
    [DataRow("\"3.2.1\"", 3f)]
    [DataRow("null", 3f)]
    public void Versions_that_left_out_the_scale_of_LoRA_are_computed_without_it(string version, float scale)
    {
        using ExportedAdapter adapter = LowRank();
        adapter.Set("config/alpha", "6").Set("version", version);

        Assert.AreEqual(scale, ((LowRankEdit)adapter.Read().Tuned.Edits[0]).Scale);
    }

    [TestMethod]
    [DataRow("config", "\"pfeiffer\"", "writes them out")]
    [DataRow("version", "\"adapters.one\"", "1.1.0")]
    [DataRow("config/leave_out", "[0, 1]", "tunes no part")]
    [DataRow("config/r", "3", "the rank of")]
    [DataRow("config/use_gating", "true", "none")]
    public void What_says_nothing_that_can_be_computed_is_refused(string key, string value, string part)
    {
        using ExportedAdapter adapter = LowRank();
        if (key == "config/leave_out")
        {
            adapter.Rewrite(Weights, _ => null);
        }

        Assert.Contains(part, adapter.Set(key, value).Refused());
    }

    [TestMethod]
    [DataRow("{\"1\": 3.3, \"default\": 8}")]
    [DataRow("{\"default\": 3.3, \"0\": 8}")]
    [DataRow("{\"0\": 8, \"1\": 3.3}")]
    public void A_layer_s_own_factor_comes_before_that_of_all(string factors)
    {
        using ExportedAdapter adapter = Bottlenecks(AdapterInput.Output, Activation.Relu, 2, 4);

        FolderAssert.AreEqual(adapter.Written, adapter.Set("config/reduction_factor", factors).Read());
        Assert.Contains("a bottleneck of 4", adapter.Set("config/reduction_factor", "8").Refused());
    }

    [TestMethod]
    [DataRow("\"gelu\"", false, nameof(Activation.Gelu))]
    [DataRow("\"gelu\"", true, nameof(Activation.GeluTanh))]
    [DataRow("\"gelu_orig\"", true, nameof(Activation.Gelu))]
    [DataRow("\"LeakyReLU\"", false, nameof(Activation.LeakyRelu))]
    public void GELU_is_the_one_of_the_version_that_wrote_it(string name, bool isOld, string activation)
    {
        using ExportedAdapter adapter = Bottlenecks(AdapterInput.Normalized, Activation.Relu, 2, 2);
        adapter.Set("config/non_linearity", name).Set("version", isOld ? "null" : "\"adapters.1.0.0\"");

        Assert.AreEqual(activation, ((AdapterEdit)adapter.Read().Tuned.Edits[0]).Activation.ToString());
    }

    [TestMethod]
    [DataRow("layer_text_task_adapters")]
    [DataRow("layer_text_lang_adapters")]
    public void Folders_of_adapter_transformers_are_read_whose_invertible_adapter_is_said_and_not_there(string container)
    {
        const string Invertible = """{"block_type": "nice", "non_linearity": "relu", "reduction_factor": 2}""";
        using ExportedAdapter adapter = Bottlenecks(AdapterInput.Normalized, Activation.Relu, 2, 2);
        adapter.Rename(Weights, "output.adapters.", $"output.{container}.").Set("config/invertible_adapter", Invertible);
        Assert.Contains("invertible_adapter", adapter.Refused());

        FolderAssert.AreEqual(adapter.Written, adapter.Set("version", "null").Read());
        adapter.Rename(
            Weights, $"encoder.layer.1.output.{container}.adamix.adapter_down.0.bias", "invertible_adapters.adamix.F.0.bias");
        Assert.Contains("adapter_down.0.bias", adapter.Refused());
    }

    [TestMethod]
    [DataRow("0")]
    [DataRow("4")]
    [DataRow("2147483647")]
    public void A_length_that_the_prefixes_have_not_is_refused(string length)
    {
        using ExportedAdapter adapter = new(AdapterFormat.AdapterHub, TestEdits.PlacelessPrefixes);

        Assert.Contains("prefix_length", adapter.Set("config/prefix_length", length).Refused());
    }

    [TestMethod]
    public void A_head_without_bias_has_one_of_zeros()
    {
        using ExportedAdapter adapter = LowRank();
        adapter.Set("config/bias", "false", Head);
        Assert.Contains("heads.adamix.4.bias", adapter.Refused());

        adapter.Rewrite("model_head.safetensors", tensor => tensor.Key.EndsWith("4.bias", StringComparison.Ordinal) ? null : tensor);

        CollectionAssert.AreEqual(new float[3], adapter.Read().Tuned.Head.OutputBias.Values.ToArray());
    }

    [TestMethod]
    public void A_head_on_the_pooler_is_the_pooler_and_one_layer()
    {
        using ExportedAdapter adapter = new(
            AdapterFormat.AdapterHub, config => ExportedAdapter.Bottlenecks(config, AdapterInput.Output, Activation.Relu, 2, 2),
            EncoderFamily.Bert, pooler: true);
        using JsonDocument head = JsonDocument.Parse(File.ReadAllText(Path.Combine(adapter.Path, Head)));

        Assert.IsTrue(head.RootElement.GetProperty("config").GetProperty("use_pooler").GetBoolean());
        FolderAssert.AreEqual(adapter.Written, adapter.Read());
        Assert.Contains("two layers, or one on the pooler", adapter.Set("config/use_pooler", "false", Head).Refused());
    }

    [TestMethod]
    public void A_head_of_several_labels_has_thresholds_of_a_half()
    {
        using ExportedAdapter adapter = LowRank();

        ServedModel read = adapter.Set("config/head_type", "\"multilabel_classification\"", Head).Read();

        Assert.AreEqual(TextTask.MultiLabel, read.Task);
        CollectionAssert.AreEqual(new[] { 0.5f, 0.5f, 0.5f }, read.Thresholds);
    }

    private static ExportedAdapter LowRank() => new(AdapterFormat.AdapterHub, config => ExportedAdapter.LowRank(
        config, module => module.EndsWith(".query", StringComparison.Ordinal)));

    private static ExportedAdapter Bottlenecks(AdapterInput input, Activation activation, params int[] widths) =>
        new(AdapterFormat.AdapterHub, config => ExportedAdapter.Bottlenecks(config, input, activation, widths));
}
