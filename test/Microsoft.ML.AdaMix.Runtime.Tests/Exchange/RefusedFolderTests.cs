using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Runtime.Tests.Checkpoints.Pickle;
using Microsoft.ML.AdaMix.Runtime.Tests.Exchange;

namespace Microsoft.ML.AdaMix.Exchange;

/// <summary>What has no form here is refused with its name; nothing is skipped.</summary>
[TestClass]
public sealed class RefusedFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [TestMethod]
    [DataRow("peft_lora_qv", "peft_type", "\"ADALORA\"", "LORA, IA3, PREFIX_TUNING")]
    [DataRow("peft_lora_qv", "peft_type", "null", "LORA, IA3")]
    [DataRow("peft_lora_qv", "task_type", "\"CAUSAL_LM\"", "\"SEQ_CLS\"")]
    [DataRow("peft_lora_qv", "use_dora", "true", "DoRA")]
    [DataRow("peft_lora_qv", "fan_in_fan_out", "true", "Conv1D")]
    [DataRow("peft_lora_qv", "bias", "\"all\"", "bias=\"none\"")]
    [DataRow("peft_lora_qv", "lora_bias", "true", "none")]
    [DataRow("peft_lora_qv", "init_lora_weights", "\"pissa\"", "gaussian")]
    [DataRow("peft_lora_qv", "layer_replication", "[[0, 2]]", "none")]
    [DataRow("peft_lora_qv", "a_later_option", "0.5", "an option that this version knows")]
    [DataRow("peft_lora_qv", "r", "{other rank}", "with rank {rank}")]
    [DataRow("peft_lora_qv", "r", "0", "a whole number of 1 or more")]
    [DataRow("peft_lora_qv", "rank_pattern", "{\"layer.1.attention.self.query\": {other rank}}", "rank_pattern")]
    [DataRow("peft_lora_qv", "alpha_pattern", "{\"(?<=a)query\": 2}", "look-around")]
    [DataRow("peft_lora_qv", "target_modules", "[\"query\", \"key\", \"value\"]", "encoder.layer.0.attention.self.key")]
    [DataRow("peft_lora_qv", "target_modules", "[\"query\"]", "encoder.layer.0.attention.self.value")]
    [DataRow("peft_lora_qv", "layers_to_transform", "{lower layers}", "encoder.layer.{last}.attention.self.query")]
    [DataRow("peft_prefix_tuning", "num_virtual_tokens", "{other tokens}", "[{other tokens}, {prefix}]")]
    [DataRow("peft_prompt_tuning", "num_transformer_submodules", "2", "decoder")]
    [DataRow("adapters_seq_bn_pfeiffer", "config.phm_layer", "true", "seq_bn")]
    [DataRow("adapters_seq_bn_pfeiffer", "config.use_gating", "true", "seq_bn")]
    [DataRow("adapters_seq_bn_pfeiffer", "config.inv_adapter", "\"nice\"", "seq_bn")]
    [DataRow("adapters_seq_bn_pfeiffer", "config.ln_after", "true", "seq_bn")]
    [DataRow("adapters_seq_bn_pfeiffer", "config.residual_before_ln", "\"post_add\"", "residual")]
    [DataRow("adapters_seq_bn_pfeiffer", "config.original_ln_after", "false", "LayerNorm")]
    [DataRow("adapters_seq_bn_pfeiffer", "config.scaling", "\"learned\"", "a number")]
    [DataRow("adapters_seq_bn_pfeiffer", "config.non_linearity", "\"snake\"", "gelu")]
    [DataRow("adapters_seq_bn_pfeiffer", "config.reduction_factor", "{other factor}", "a bottleneck of {bottleneck}")]
    [DataRow("adapters_seq_bn_pfeiffer", "config.leave_out", "[{last}]", "not used")]
    [DataRow("adapters_seq_bn_pfeiffer", "config.mh_adapter", "true", "attention.output.adapters.a.adapter_down.0.weight")]
    [DataRow("adapters_seq_bn_pfeiffer", "config.architecture", "\"reft\"", "prefix_tuning")]
    [DataRow("adapters_seq_bn_pfeiffer", "name", "\"b\"", "adapters.b.adapter_down.0.weight")]
    [DataRow("adapters_lora_all", "config.use_dora", "true", "none")]
    [DataRow("adapters_lora_all", "config.attn_matrices", "[\"q\"]", "attention.self.key")]
    [DataRow("adapters_lora_all", "config.composition_mode", "\"multiply\"", "\"add\" or \"scale\"")]
    [DataRow("adapters_ia3", "config.alpha", "2", "1 for factors")]
    public void An_option_that_has_no_form_here_is_named_with_what_it_is_and_may_be(string file, string key, string value, string part)
    {
        string path = GoldenFolders.Write(_folder, file);
        FolderAssert.Change(path, config => Set(config, key.Split('.'), GoldenSizes.Fill(value, file)));

        string message = Refused(path);

        Assert.Contains(GoldenSizes.Fill(part, file), message);
        bool isFoundInWeights = key is "config.leave_out" or "config.mh_adapter" or "name" or "num_virtual_tokens";
        Assert.Contains(isFoundInWeights ? path : key.Split('.')[^1], message);
    }

    [TestMethod]
    [DataRow("head_type", "\"tagging\"")]
    [DataRow("layers", "3")]
    [DataRow("use_pooler", "true")]
    [DataRow("activation_function", "\"relu\"")]
    [DataRow("label2id", "{\"a\": 0, \"b\": 2}")]
    [DataRow("label2id", "{more labels}")]
    public void A_head_that_has_no_form_here_is_named(string key, string value)
    {
        const string File = "adapters_seq_bn_pfeiffer";
        string path = GoldenFolders.Write(_folder, File);
        FolderAssert.Change(path, config => Set(config, ["config", key], GoldenSizes.Fill(value, File)), "head_config.json");

        Assert.Contains($"config.{key} = ", Refused(path));
    }

    [TestMethod]
    [DataRow("peft_lora_qv", "adapter_model.safetensors", "base_model.model.roberta.encoder.layer.0.output.dense.lora_magnitude_vector")]
    [DataRow("peft_lora_qv", "adapter_model.safetensors", "base_model.model.roberta.embeddings.word_embeddings.weight")]
    [DataRow("adapters_par_bn", "adapter.safetensors", "roberta.encoder.layer.0.output.adapters.a.gate.weight")]
    [DataRow("adapters_par_bn", "model_head.safetensors", "heads.a.7.weight")]
    public void A_tensor_that_nothing_uses_is_an_error(string file, string weights, string tensor)
    {
        string path = GoldenFolders.Write(_folder, file);
        Rewrite(file, weights, tensors => tensors.Add(tensor, HostTensor.From([2], new float[2])));

        string message = Refused(path);

        Assert.Contains($"'{tensor}'", message);
        Assert.Contains("not used", message);
    }

    [TestMethod]
    [DataRow("peft_lora_qv", "adapter_model.safetensors", "layer.{last}.attention.self.value.lora_B.weight")]
    [DataRow("peft_lora_qv", "adapter_model.safetensors", "classifier.out_proj.bias")]
    [DataRow("adapters_par_bn", "adapter.safetensors", "layer.{last}.output.adapters.a.adapter_up.bias")]
    [DataRow("adapters_ia3", "adapter.safetensors", "layer.{last}.attention.self.key.loras.a.lora_B")]
    [DataRow("adapters_par_bn", "model_head.safetensors", "heads.a.1.weight")]
    public void A_tensor_that_is_missing_is_named(string file, string weights, string tensor)
    {
        string path = GoldenFolders.Write(_folder, file);
        tensor = GoldenSizes.Fill(tensor, file);
        Rewrite(file, weights, tensors => tensors.Remove(
            tensors.Keys.Single(name => name.EndsWith(tensor, StringComparison.Ordinal))));

        Assert.Contains(tensor.Replace(".loras.a.lora_B", string.Empty, StringComparison.Ordinal), Refused(path));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void What_torch_save_wrote_is_read_as_data(bool legacy)
    {
        string path = GoldenFolders.Write(_folder, "peft_lora_qv");
        using AdaMixTransformer safe = Import(path);
        string weights = Path.Combine(path, "adapter_model.safetensors");
        SafetensorsFile file = SafetensorsFile.Open(weights);
        byte[] pickled = TorchBytes.Of(file.Tensors.Keys.ToDictionary(name => name, file.Read, StringComparer.Ordinal), legacy);
        File.Delete(weights);
        File.WriteAllBytes(Path.Combine(path, "adapter_model.bin"), pickled);

        using AdaMixTransformer model = Import(path);

        FolderAssert.AreEqual(safe.Model, model.Model);
    }

    [TestMethod]
    public void Folders_that_are_no_adapter_say_what_they_are()
    {
        string headless = GoldenFolders.Write(_folder, "adapters_par_bn"); // without the reference the test is skipped
        File.Delete(Path.Combine(headless, "model_head.safetensors"));
        Assert.Contains("has no head", Throws<FileNotFoundException>(headless));
        Assert.Contains("does not exist", Throws<DirectoryNotFoundException>(_folder.At("nowhere")));
        Assert.Contains("it is a file", Throws<DirectoryNotFoundException>(_folder.Write("file", "x")));
        Assert.Contains("adapter_config.json", Throws<FileNotFoundException>(_folder.Path));
        _folder.Write("whole/config.json", "{}");
        Assert.Contains("whole model", Throws<FileNotFoundException>(_folder.At("whole")));
        _folder.Write("config/adapter_config.json", "{\"peft_type\": \"LORA\"}");
        Assert.Contains("has no adapter_model.safetensors", Throws<FileNotFoundException>(_folder.At("config")));
        _folder.Write("broken/adapter_config.json", "{\"peft_type\": \"LO");
        Assert.Contains("not valid JSON", Throws<InvalidDataException>(_folder.At("broken")));
        _folder.Write("list/adapter_config.json", "[]");
        Assert.Contains("no JSON object", Throws<InvalidDataException>(_folder.At("list")));
        _folder.Write("pointer/adapter_config.json", "version https://git-lfs.github.com/spec/v1\n");
        Assert.Contains("Git LFS", Throws<InvalidDataException>(_folder.At("pointer")));
        _folder.Write("wide/adapter_config.json", System.Text.Encoding.Unicode.GetPreamble());
        Assert.Contains("UTF-16", Throws<InvalidDataException>(_folder.At("wide")));
        _folder.Write("outer/inner/adapter_config.json", "{}");
        Assert.Contains(_folder.At("outer/inner"), Throws<FileNotFoundException>(_folder.At("outer")));
    }

    [TestMethod]
    public void A_truncated_file_of_weights_is_refused_at_every_cut()
    {
        string path = GoldenFolders.Write(_folder, "adapters_ia3");
        string weights = Path.Combine(path, "adapter.safetensors");
        byte[] whole = File.ReadAllBytes(weights);
        for (int length = 1; length < whole.Length; length += 1 + (whole.Length / 50))
        {
            File.WriteAllBytes(weights, whole[..length]);
            Assert.Contains(weights, Refused(path));
        }
    }

    [TestMethod]
    public void An_encoder_that_nobody_names_is_asked_for()
    {
        string path = GoldenFolders.Write(_folder, "peft_lora_qv");
        string Message() => Assert.ThrowsExactly<InvalidDataException>(() => new MLContext().Model.ImportAdapter(path)).Message;

        Assert.Contains("somebody/tiny-roberta", Message());
        FolderAssert.Change(path, config => config["base_model_name_or_path"] = Reference.Golden("roberta"));
        new MLContext().Model.ImportAdapter(path).Dispose();
        FolderAssert.Change(path, config => config.Remove("base_model_name_or_path"));
        Assert.Contains("does not name", Message());
    }

    [TestMethod]
    public void Another_encoder_is_refused()
    {
        string path = GoldenFolders.Write(_folder, "peft_prefix_tuning");
        PretrainedEncoder other = PretrainedEncoder.FromFolder(Reference.Golden(Golden.FamilyFolder("distilbert")));
        string message = Assert.ThrowsExactly<InvalidDataException>(() => new MLContext().Model.ImportAdapter(path, other)).Message;

        Assert.Contains("classifier", message);
    }

    [TestMethod]
    public void Labels_and_lengths_that_do_not_fit_are_refused()
    {
        string path = GoldenFolders.Write(_folder, "peft_lora_qv");
        string Message(AdapterImportOptions options) => Assert.ThrowsExactly<ArgumentException>(
            () => new MLContext().Model.ImportAdapter(path, GoldenFolders.Encoder, options)).Message;

        string[] labels = [.. GoldenFolders.Labels];
        int longest = GoldenFolders.Encoder.Load().Config.MaxSequenceLength;
        Assert.Contains(
            $"Given are {labels.Length + 1} labels; expected are {labels.Length}", Message(new() { Labels = [.. labels, "another"] }));
        Assert.Contains($"'{labels[0]}' is there twice", Message(new() { Labels = [.. labels[..^1], labels[0]] }));
        Assert.Contains($"8 to {longest} tokens", Message(new() { MaxLength = longest + 1 }));
        Assert.Contains($"8 to {longest} tokens", Message(new() { MaxLength = 7 }));
    }

    [TestMethod]
    public void A_module_of_the_head_that_the_adapter_has_not_comes_from_the_encoders_folder()
    {
        string path = GoldenFolders.Write(_folder, "peft_lora_qv");
        using AdaMixTransformer whole = Import(path);
        Rewrite("peft_lora_qv", "adapter_model.safetensors", tensors =>
        {
            foreach (string name in tensors.Keys.Where(name => name.Contains("classifier.", StringComparison.Ordinal)).ToArray())
            {
                tensors.Remove(name);
            }
        });

        using AdaMixTransformer model = Import(path);

        FolderAssert.AreEqual(whole.Model, model.Model);
    }

    public void Dispose() => _folder.Dispose();

    private static AdaMixTransformer Import(string path) => new MLContext().Model.ImportAdapter(path, GoldenFolders.Encoder);

    private static string Refused(string path) => Throws<InvalidDataException>(path);

    private static string Throws<T>(string path)
        where T : Exception => Assert.ThrowsExactly<T>(() => Import(path)).Message;

    private static void Set(JsonObject config, string[] path, string value)
    {
        foreach (string key in path[..^1])
        {
            config = config[key]!.AsObject();
        }

        config[path[^1]] = JsonNode.Parse(value);
    }

    private void Rewrite(string file, string weights, Action<Dictionary<string, HostTensor>> change)
    {
        SafetensorsFile read = SafetensorsFile.Open(_folder.At($"{file}/{weights}"));
        Dictionary<string, HostTensor> tensors = read.Tensors.Keys.ToDictionary(name => name, read.Read, StringComparer.Ordinal);
        change(tensors);
        GoldenFolders.Write(_folder, $"{file}/{weights}", tensors);
    }
}
