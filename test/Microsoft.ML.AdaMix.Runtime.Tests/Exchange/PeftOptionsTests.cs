using Microsoft.ML.AdaMix.Edits;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Runtime.Tests.Exchange;

namespace Microsoft.ML.AdaMix.Exchange;

/// <summary>Options of peft that change what is computed, as peft 0.10 to 0.17 mean them.</summary>
[TestClass]
public sealed class PeftOptionsTests
{
    private const string Weights = "adapter_model.safetensors";
    private const string Patterns = """
        {"layer.0.attention.self.query": 6, "query": 8, "^roberta.encoder.layer.1.output.dense": 10, "key|value": 12,
         "ntermediate.dense": 99, "^encoder.layer.0.output.dense": 99, "layer.1.attention.self.key": 99}
        """;

    [TestMethod]
    [DataRow("encoder.layer.0.attention.self.query", 6)]
    [DataRow("encoder.layer.1.attention.self.query", 8)]
    [DataRow("encoder.layer.1.output.dense", 10)]
    [DataRow("encoder.layer.1.attention.self.key", 12)]
    [DataRow("encoder.layer.0.attention.self.value", 12)]
    [DataRow("encoder.layer.0.intermediate.dense", 4)]
    [DataRow("encoder.layer.0.output.dense", 4)]
    [DataRow("encoder.layer.1.attention.output.dense", 4)]
    public void The_first_pattern_that_matches_a_name_s_end_at_a_dot_gives_alpha(string module, int alpha)
    {
        using ExportedAdapter adapter = LowRank(_ => true);
        adapter.Set("lora_alpha", "4").Set("alpha_pattern", Patterns);

        Assert.AreEqual(alpha / 2f, Scale(adapter, module));
        adapter.Set("use_rslora", "true");
        Assert.AreEqual((float)(alpha / Math.Sqrt(2)), Scale(adapter, module));
    }

    [TestMethod]
    public void Ranks_of_a_pattern_are_those_that_alpha_is_divided_by()
    {
        using ExportedAdapter adapter = LowRank(_ => true);
        adapter.Set("lora_alpha", "4").Set("r", "16").Set("rank_pattern", "{\".*\": 2}");

        Assert.AreEqual(2f, Scale(adapter, "encoder.layer.0.output.dense"));
    }

    [TestMethod]
    [DataRow("target_modules", "\"all-linear\"")]
    [DataRow("target_modules", "\"All-Linear\"")]
    [DataRow("target_modules", """ ".*layer\\.[01]\\..*(dense|query|key|value)" """)]
    [DataRow("target_modules", "[\"query\", \"key\", \"value\", \"dense\"]")]
    [DataRow("layers_to_transform", "[0, 1]")]
    [DataRow("layers_to_transform", "[]")]
    [DataRow("exclude_modules", "[\"pooler\", \"uery\"]")]
    [DataRow("exclude_modules", "\"encoder.*\"")]
    public void Modules_that_the_configuration_names_are_those_of_the_file(string key, string value)
    {
        using ExportedAdapter adapter = LowRank(_ => true);

        FolderAssert.AreEqual(adapter.Written, adapter.Set(key, value).Read());
    }

    [TestMethod]
    [DataRow("target_modules", "null", "a list of names, or a regular expression")]
    [DataRow("target_modules", "\".*quer\"", "does not name")]
    [DataRow("target_modules", "\"encoder.layer.*\"", "does not name")]
    [DataRow("target_modules", "[\"uery\"]", "does not name")]
    [DataRow("target_modules", "[]", "does not name")]
    [DataRow("exclude_modules", "[\"query\"]", "does not name")]
    [DataRow("exclude_modules", "\".*query\"", "does not name")]
    [DataRow("layers_to_transform", "1", "does not name")]
    [DataRow("layers_to_transform", "1.5", "whole numbers")]
    [DataRow("layers_to_transform", "-1", "whole numbers")]
    [DataRow("alpha_pattern", "{\"query\": 1e999}", "finite")]
    [DataRow("lora_alpha", "1e300", "finite")]
    [DataRow("trainable_token_indices", "[1]", "none")]
    [DataRow("target_parameters", "[\"weight\"]", "none")]
    [DataRow("use_qalora", "true", "none")]
    public void What_does_not_fit_the_file_is_refused(string key, string value, string part)
    {
        using ExportedAdapter adapter = LowRank(_ => true);

        Assert.Contains(part, adapter.Set(key, value).Refused());
    }

    [TestMethod]
    public void One_layer_that_is_named_by_its_number_is_enough()
    {
        using ExportedAdapter adapter = LowRank(module => module.StartsWith("encoder.layer.1.", StringComparison.Ordinal));

        adapter.Set("target_modules", "\"all-linear\"").Set("layers_to_transform", "1");

        FolderAssert.AreEqual(adapter.Written, adapter.Read());
    }

    [TestMethod]
    [DataRow("modules_to_save.default.")]
    [DataRow("modules_to_save.")]
    public void A_head_under_the_names_of_its_wrapper_is_the_same(string wrapper)
    {
        using ExportedAdapter adapter = LowRank(_ => true);
        adapter.Rename(Weights, "classifier.", $"classifier.{wrapper}");

        FolderAssert.AreEqual(adapter.Written, adapter.Set("modules_to_save", "[\"classifier\"]").Read());
        adapter.Rename(Weights, $"classifier.{wrapper}out_proj.weight", "classifier.original_module.out_proj.weight");
        Assert.Contains("classifier.out_proj.weight", adapter.Refused());
    }

    [TestMethod]
    [DataRow("\".*output\\\\.dense\"")]
    [DataRow("[\"output.dense\"]")]
    public void Factors_of_feed_forward_modules_multiply_what_they_read(string feedForward)
    {
        bool Reads(string module) => module.EndsWith("output.dense", StringComparison.Ordinal);
        using ExportedAdapter adapter = new(AdapterFormat.Peft, config =>
        [
            .. TestEdits.Scales(config).Where(edit => !Reads(((ScaleEdit)edit).Module)),
            .. TestEdits.InputScales(config).Where(edit => Reads(((InputScaleEdit)edit).Module)),
        ]);

        FolderAssert.AreEqual(adapter.Written, adapter.Set("feedforward_modules", feedForward).Read());
        Assert.Contains("[16, 1]", adapter.Set("feedforward_modules", "[]").Refused());
    }

    private static ExportedAdapter LowRank(Func<string, bool> where) =>
        new(AdapterFormat.Peft, config => ExportedAdapter.LowRank(config, where));

    private static float Scale(ExportedAdapter adapter, string module) =>
        adapter.Read().Tuned.Edits.OfType<LowRankEdit>().Single(edit => edit.Module == module).Scale;
}
