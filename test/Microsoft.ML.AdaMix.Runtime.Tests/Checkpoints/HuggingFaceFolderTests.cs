using System.Text;
using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Checkpoints.Pickle;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Runtime.Tests.Checkpoints.Pickle;

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
    public void Missing_weights_say_what_is_there_instead()
    {
        using TemporaryFolder folder = WithConfig();
        folder.Write("flax_model.msgpack", "x");
        folder.Write("tf_model.h5", "x");
        FileNotFoundException error = Assert.ThrowsExactly<FileNotFoundException>(() => HuggingFaceFolder.Load(folder.Path));
        Assert.EndsWith("found is config.json, flax_model.msgpack, tf_model.h5.", error.Message);
    }

    [TestMethod]
    [DataRow("utf-16")]
    [DataRow("utf-16BE")]
    [DataRow("utf-32")]
    public void Text_files_that_their_mark_calls_UTF_16_or_UTF_32_are_read(string name)
    {
        Encoding encoding = Encoding.GetEncoding(name);
        byte[] Marked(string text) => [.. encoding.GetPreamble(), .. encoding.GetBytes(text)];
        using TemporaryFolder folder = new();
        folder.Write("config.json", Marked(EncoderFolder.ConfigJson(EncoderFamily.Bert)));
        folder.Write("vocab.txt", Marked("[PAD]\n\u00e9\n"));
        folder.Write("model.safetensors", EncoderFolder.Bytes(EncoderFolder.Weights(EncoderFamily.Bert)));
        LoadedEncoder encoder = HuggingFaceFolder.Load(folder.Path);
        Assert.AreEqual(TestModels.Config(EncoderFamily.Bert), encoder.Config);
        Assert.AreEqual("[PAD]\n\u00e9\n", Encoding.UTF8.GetString(encoder.Tokenizer.Contents["vocab.txt"]));
    }

    [TestMethod]
    public void Weights_are_read_by_what_they_are_and_not_by_their_name()
    {
        using TemporaryFolder folder = WithConfig();
        Dictionary<string, HostTensor> weights = EncoderFolder.Weights(EncoderFamily.Bert);
        folder.Write("pytorch_model.bin", EncoderFolder.Bytes(weights));
        Assert.HasCount(weights.Count, HuggingFaceFolder.Load(folder.Path).Weights);

        folder.Write("model.safetensors", TorchBytes.Zip());
        Assert.IsInstanceOfType<TorchFile>(HuggingFaceFolder.OpenWeights(folder.Path));
    }

    [TestMethod]
    public void A_folder_into_which_this_user_may_not_look_is_named_so()
    {
        using TemporaryFolder folder = WithConfig();
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
        {
            Assert.Inconclusive("No folder is closed to this user; the test is skipped.");
            return;
        }

        string closed = Directory.CreateDirectory(folder.At("closed")).FullName;
        File.SetUnixFileMode(closed, UnixFileMode.None);
        try
        {
            Assert.Contains(
                "may not be read by this user",
                Assert.ThrowsExactly<UnauthorizedAccessException>(() => HuggingFaceFolder.Load(closed)).Message);
        }
        finally
        {
            File.SetUnixFileMode(closed, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [TestMethod]
    public void A_folder_one_level_too_high_names_all_that_it_may_be()
    {
        using TemporaryFolder folder = new();
        folder.Write("base/config.json", "{}");
        folder.Write("large/config.json", "{}");
        FileNotFoundException error = Assert.ThrowsExactly<FileNotFoundException>(() => HuggingFaceFolder.Load(folder.Path));
        Assert.Contains($"but '{folder.At("base")}', '{folder.At("large")}' have one. Name one of these", error.Message);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("hub")]
    [DataRow("hub/models--a--b")]
    public void A_cache_of_the_hub_names_the_models_that_lie_in_it(string named)
    {
        using TemporaryFolder folder = new();
        string config = folder.Write("hub/models--a--b/snapshots/0123/config.json", "{}");
        folder.Write("hub/models--a--b/refs/main", "0123");
        folder.Write("hub/version.txt", "1");
        FileNotFoundException error = Assert.ThrowsExactly<FileNotFoundException>(() => HuggingFaceFolder.Load(folder.At(named)));
        Assert.Contains(
            $"but '{Path.GetDirectoryName(config)}' has one. Name that folder",
            error.Message.Replace('/', Path.DirectorySeparatorChar));
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

    [TestMethod]
    public void A_link_to_nothing_is_named_before_anything_is_read()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Inconclusive("Links need a right on Windows that not everybody has.");
        }

        using TemporaryFolder folder = new();
        folder.Write("config.json", "{}");
        File.CreateSymbolicLink(folder.At("model.safetensors"), folder.At("blob"));
        InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(() => HuggingFaceFolder.Size(folder.Path));
        Assert.Contains($"'{folder.At("model.safetensors")}' is a link to '{folder.At("blob")}', which is not there", error.Message);
    }
}
