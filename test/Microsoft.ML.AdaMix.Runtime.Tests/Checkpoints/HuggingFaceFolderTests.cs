using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Runtime.Tests.Checkpoints;

[TestClass]
public sealed class HuggingFaceFolderTests
{
    [TestMethod]
    public void A_missing_folder_is_named()
    {
        string missing = Path.Combine(Path.GetTempPath(), "adamix-no-such-folder");
        Assert.Contains(missing, Assert.ThrowsExactly<DirectoryNotFoundException>(() => HuggingFaceFolder.Load(missing)).Message);
    }

    [TestMethod]
    public void A_missing_configuration_is_named()
    {
        using TemporaryFolder folder = new();
        FileNotFoundException error = Assert.ThrowsExactly<FileNotFoundException>(() => HuggingFaceFolder.Load(folder.Path));
        Assert.Contains("config.json", error.Message);
        Assert.Contains(folder.Path, error.Message);
    }

    [TestMethod]
    [DataRow("snapshots/abc/config.json", "snapshots")]
    [DataRow("0_Transformer/config.json", "0_Transformer")]
    [DataRow("adapter_config.json", "adapter")]
    public void A_folder_one_level_off_or_of_an_adapter_says_so(string file, string named)
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder.Path, file))!);
        folder.Write(file, "{}");
        Assert.Contains(named, Assert.ThrowsExactly<FileNotFoundException>(() => HuggingFaceFolder.Load(folder.Path)).Message);
    }

    [TestMethod]
    [DataRow("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n", "git lfs pull")]
    [DataRow("<!doctype html><html></html>", "HTML")]
    public void A_pointer_or_a_page_instead_of_weights_is_called_what_it_is(string content, string named)
    {
        foreach (string file in (string[])["model.safetensors", "pytorch_model.bin"])
        {
            using TemporaryFolder folder = WithConfig();
            folder.Write(file, content);
            InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(() => HuggingFaceFolder.Load(folder.Path));
            Assert.Contains(named, error.Message);
            Assert.Contains(file, error.Message);
        }
    }

    [TestMethod]
    public void Missing_weights_say_what_was_looked_for()
    {
        using TemporaryFolder folder = WithConfig();
        FileNotFoundException error = Assert.ThrowsExactly<FileNotFoundException>(() => HuggingFaceFolder.Load(folder.Path));
        foreach (string part in (string[])[
            folder.Path, "model.safetensors", "model.safetensors.index.json", "pytorch_model.bin", "pytorch_model.bin.index.json"])
        {
            Assert.Contains(part, error.Message);
        }
    }

    [TestMethod]
    public void An_encoder_and_the_tokenizer_files_that_are_there_are_read()
    {
        using TemporaryFolder folder = WithConfig();
        Dictionary<string, HostTensor> weights = EncoderFolder.Weights(EncoderFamily.Bert);
        folder.Write("model.safetensors", EncoderFolder.Bytes(weights));
        folder.Write("vocab.txt", "[PAD]\n");
        folder.Write("unrelated.txt", "x");
        LoadedEncoder encoder = HuggingFaceFolder.Load(folder.Path);
        Assert.AreEqual(folder.Path, encoder.Name);
        Assert.HasCount(weights.Count, encoder.Weights);
        CollectionAssert.AreEqual(new[] { "vocab.txt" }, encoder.Tokenizer.Contents.Keys.ToArray());
    }

    [TestMethod]
    public void Safetensors_are_preferred_to_a_pickle()
    {
        using TemporaryFolder folder = WithConfig();
        folder.Write("pytorch_model.bin", "broken");
        folder.Write("model.safetensors", EncoderFolder.Bytes(EncoderFolder.Weights(EncoderFamily.Bert)));
        Assert.IsNotEmpty(HuggingFaceFolder.Load(folder.Path).Weights);
    }

    [TestMethod]
    public void A_mapped_file_can_be_deleted_and_the_weights_stay()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Inconclusive("Windows locks mapped files.");
        }

        using TemporaryFolder folder = WithConfig();
        Dictionary<string, HostTensor> weights = EncoderFolder.Weights(EncoderFamily.Bert);
        string path = folder.Write("model.safetensors", EncoderFolder.Bytes(weights));
        LoadedEncoder encoder = HuggingFaceFolder.Load(folder.Path);
        File.Delete(path);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        foreach ((string name, HostTensor tensor) in weights)
        {
            Assert.IsTrue(tensor.Values.Span.SequenceEqual(encoder[name].Values.Span), name);
        }
    }

    [TestMethod]
    public void Shards_are_read_and_a_tensor_says_which_it_is_in()
    {
        using TemporaryFolder folder = WithShards("""{"weight_map": {"a": "one.safetensors", "b": "two.safetensors"}}""");
        ITensorSource source = HuggingFaceFolder.OpenWeights(folder.Path);
        Assert.AreEqual(1f, source.Read("a").Values.Span[0]);
        Assert.AreEqual(2f, source.Read("b").Values.Span[0]);
        Assert.EndsWith("two.safetensors", source.FileOf("b"));
    }

    [TestMethod]
    public void A_missing_shard_is_named()
    {
        using TemporaryFolder folder = WithShards("""{"weight_map": {"a": "one.safetensors", "c": "three.safetensors"}}""");
        FileNotFoundException error = Assert.ThrowsExactly<FileNotFoundException>(() => HuggingFaceFolder.OpenWeights(folder.Path));
        Assert.Contains("'three.safetensors'", error.Message);
        Assert.Contains("model.safetensors.index.json", error.Message);
    }

    [TestMethod]
    public void A_tensor_that_is_not_in_its_shard_is_named()
    {
        using TemporaryFolder folder = WithShards("""{"weight_map": {"a": "two.safetensors"}}""");
        InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(() => HuggingFaceFolder.OpenWeights(folder.Path));
        Assert.Contains("'a'", error.Message);
        Assert.Contains("'two.safetensors'", error.Message);
    }

    [TestMethod]
    [DataRow("../one.safetensors")]
    [DataRow("sub/one.safetensors")]
    [DataRow("./one.safetensors")]
    [DataRow("/etc/hostname")]
    public void An_index_that_points_out_of_its_folder_is_refused(string shard)
    {
        using TemporaryFolder folder = WithShards($$$"""{"weight_map": {"a": "{{{shard}}}"}}""");
        InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(() => HuggingFaceFolder.OpenWeights(folder.Path));
        Assert.Contains($"'{shard}'", error.Message);
        Assert.Contains("beside its index", error.Message);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("..")]
    [DataRow(".")]
    public void A_shard_that_is_no_file_is_not_found(string shard)
    {
        using TemporaryFolder folder = WithShards($$$"""{"weight_map": {"a": "{{{shard}}}"}}""");
        Assert.ThrowsExactly<FileNotFoundException>(() => HuggingFaceFolder.OpenWeights(folder.Path));
    }

    [TestMethod]
    [DataRow("nonsense")]
    [DataRow("[]")]
    [DataRow("{}")]
    [DataRow("""{"weight_map": []}""")]
    [DataRow("""{"weight_map": {"a": 1}}""")]
    [DataRow("""{"weight_map": {"a": null}}""")]
    [DataRow("""{"weight_map": {"\ud800": "one.safetensors"}}""")]
    public void A_damaged_index_is_refused(string index)
    {
        using TemporaryFolder folder = WithShards(index);
        InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(() => HuggingFaceFolder.OpenWeights(folder.Path));
        Assert.Contains("model.safetensors.index.json", error.Message);
        Assert.Contains("weight_map", error.Message);
    }

    private static TemporaryFolder WithConfig()
    {
        TemporaryFolder folder = new();
        folder.Write("config.json", EncoderFolder.ConfigJson(EncoderFamily.Bert));
        return folder;
    }

    private static TemporaryFolder WithShards(string index)
    {
        TemporaryFolder folder = new();
        folder.Write("one.safetensors", SafetensorsBytes.Of(("a", HostTensor.From([1], [1]))));
        folder.Write("two.safetensors", SafetensorsBytes.Of(("b", HostTensor.From([1], [2]))));
        folder.Write("model.safetensors.index.json", index);
        return folder;
    }
}
