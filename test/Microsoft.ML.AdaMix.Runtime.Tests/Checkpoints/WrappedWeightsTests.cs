using System.Runtime.InteropServices;
using System.Text;
using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Checkpoints.Pickle;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Runtime.Tests.Checkpoints.Pickle;

namespace Microsoft.ML.AdaMix.Runtime.Tests.Checkpoints;

/// <summary>Weights as trainers leave them: under other names, in dictionaries, in float64, beside other things.</summary>
[TestClass]
public sealed class WrappedWeightsTests
{
    private static readonly Dictionary<string, HostTensor> Bert = EncoderFolder.Weights(EncoderFamily.Bert);

    [TestMethod]
    [DataRow("module.bert.")]
    [DataRow("module.")]
    [DataRow("model.")]
    [DataRow("model.bert.")]
    [DataRow("model.module.bert.")]
    [DataRow("0.auto_model.")]
    [DataRow("_orig_mod.bert.")]
    public void Weights_are_read_whatever_the_model_was_wrapped_in(string prefix)
    {
        Dictionary<string, HostTensor> stored = Bert.ToDictionary(weight => prefix + weight.Key, weight => weight.Value);
        stored[prefix.Replace("bert.", string.Empty, StringComparison.Ordinal) + "classifier.weight"] =
            HostTensor.From([3, 16], new float[48]);
        AssertSame(EncoderFolder.Read(EncoderFamily.Bert, stored));
    }

    [TestMethod]
    public void What_is_no_part_of_the_encoder_may_be_there_twice()
    {
        Dictionary<string, HostTensor> stored = new(Bert, StringComparer.Ordinal)
        {
            ["module.classifier.weight"] = HostTensor.From([1], [1]),
            ["classifier.weight"] = HostTensor.From([1], [1]),
        };
        AssertSame(EncoderFolder.Read(EncoderFamily.Bert, stored));
    }

    [TestMethod]
    [DataRow("state_dict")]
    [DataRow("model_state_dict")]
    [DataRow("model")]
    [DataRow("model", "state_dict")]
    [DataRow("student")]
    [DataRow("model", "net")]
    public void A_dictionary_of_a_trainer_is_opened(params string[] keys)
    {
        PickleBytes pickle = new();
        foreach (string key in keys)
        {
            pickle.Raw((byte)'}').Open().Text("epoch").Number(3).Text(key);
        }

        pickle.Raw((byte)'}').Text("w").Tensor("FloatStorage", "0", 6, 0, [2, 3], [3, 1], legacy: false).Raw((byte)'s');
        foreach (string _ in keys)
        {
            pickle.Raw((byte)'u');
        }

        TorchFile file = Open(TorchBytes.Zip(pickle.Stop(), ("data/0", TorchBytes.Floats(6))));
        CollectionAssert.AreEqual(new float[] { 0, 1, 2, 3, 4, 5 }, file.Read("w").Values.ToArray());
    }

    [TestMethod]
    public void Of_several_dictionaries_of_tensors_none_is_guessed()
    {
        PickleBytes pickle = new PickleBytes().Raw((byte)'}').Open();
        foreach (string key in (string[])["student", "teacher"])
        {
            pickle.Text(key).Raw((byte)'}').Text("w").Tensor("FloatStorage", "0", 6, 0, [6], [1], legacy: false).Raw((byte)'s');
        }

        byte[] file = TorchBytes.Zip(pickle.Raw((byte)'u').Stop(), ("data/0", TorchBytes.Floats(6)));
        Assert.Contains("'student', 'teacher'", Assert.ThrowsExactly<InvalidDataException>(() => Open(file)).Message);
    }

    [TestMethod]
    public void Float64_is_read_as_float32()
    {
        double[] values = [0.1, -2.5, 1e-40, 3];
        byte[] bytes = MemoryMarshal.AsBytes<double>(values).ToArray();
        byte[] pickle = new PickleBytes().Raw((byte)'}').Text("w").Tensor("DoubleStorage", "0", 4, 0, [4], [1], legacy: false)
            .Raw((byte)'s').Stop();
        float[] expected = Array.ConvertAll(values, value => (float)value);
        CollectionAssert.AreEqual(expected, Open(TorchBytes.Zip(pickle, ("data/0", bytes))).Read("w").Values.ToArray());
        byte[] safetensors = SafetensorsBytes.Make("""{"w": {"dtype": "F64", "shape": [4], "data_offsets": [0, 32]}}""", 0);
        CollectionAssert.AreEqual(expected, SafetensorsBytes.Open([.. safetensors, .. bytes]).Read("w").Values.ToArray());
    }

    [TestMethod]
    public void Harmless_objects_of_other_libraries_beside_the_weights_are_passed_over()
    {
        PickleBytes pickle = new PickleBytes().Raw((byte)'}').Open()
            .Text("args").Global("argparse", "Namespace").Raw((byte)')', 0x81, (byte)'}').Text("lr").Number(1).Raw((byte)'s', (byte)'b')
            .Text("best").Global("numpy.core.multiarray", "scalar").Open()
            .Global("numpy", "dtype").Open().Text("f8").Raw(0x89, 0x88).Tuple().Raw((byte)'R').Numbers(3).Raw((byte)'b')
            .Global("_codecs", "encode").Open().Text("x").Text("latin1").Tuple().Raw((byte)'R').Tuple().Raw((byte)'R')
            .Text("metrics").Global("collections", "defaultdict").Raw((byte)')', (byte)'R').Text("loss").Number(1).Raw((byte)'s')
            .Text("model").Raw((byte)'}').Text("w").Tensor("FloatStorage", "0", 6, 0, [6], [1], legacy: false).Raw((byte)'s', (byte)'u');
        CollectionAssert.AreEqual(
            new[] { "w" }, Open(TorchBytes.Zip(pickle.Stop(), ("data/0", TorchBytes.Floats(6)))).Tensors.Keys.ToArray());
    }

    [TestMethod]
    [DataRow(2)]
    [DataRow(5)]
    public void Python_s_own_values_and_settings_of_trainers_beside_the_weights_are_passed_over(int protocol)
    {
        TorchFile file = Open(TorchBytes.Zip(PythonPickles.OfProtocol(protocol), ("data/0", TorchBytes.Floats(6))));
        CollectionAssert.AreEqual(new[] { "w" }, file.Tensors.Keys.ToArray());
        CollectionAssert.AreEqual(new float[] { 0, 1, 2, 3, 4, 5 }, file.Read("w").Values.ToArray());
    }

    [TestMethod]
    [DataRow("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 5\n", "Git LFS pointer")]
    [DataRow("<!DOCTYPE html>\n<html><body>Not found</body></html>", "page of HTML")]
    [DataRow("\n  <html>", "page of HTML")]
    public void A_pointer_of_Git_or_a_page_in_place_of_weights_or_configuration_is_named(string content, string what)
    {
        foreach (string file in (string[])["model.safetensors", "pytorch_model.bin", "model.safetensors.index.json", "config.json"])
        {
            using TemporaryFolder folder = new();
            folder.Write("config.json", EncoderFolder.ConfigJson(EncoderFamily.Bert));
            string path = folder.Write(file, Encoding.UTF8.GetBytes(content));
            InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(() => HuggingFaceFolder.Load(folder.Path));
            Assert.Contains(path, error.Message);
            Assert.Contains(what, error.Message);
        }
    }

    [TestMethod]
    [DataRow("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 5\n", "Git LFS pointer")]
    [DataRow("<!DOCTYPE html>\n<html><body>Not found</body></html>", "page of HTML")]
    public void A_pointer_of_Git_or_a_page_in_place_of_a_tokenizer_file_is_named(string content, string what)
    {
        foreach (string file in (string[])["vocab.json", "merges.txt", "tokenizer.json", "tokenizer_config.json", "spiece.model"])
        {
            using TemporaryFolder folder = Kept();
            string path = folder.Write(file, Encoding.UTF8.GetBytes(content));
            InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(() => HuggingFaceFolder.Load(folder.Path));
            Assert.Contains(path, error.Message);
            Assert.Contains(what, error.Message);
        }
    }

    [TestMethod]
    public void A_configuration_that_begins_with_a_byte_order_mark_is_read()
    {
        using TemporaryFolder folder = Kept();
        string path = folder.At("config.json");
        File.WriteAllBytes(path, [0xEF, 0xBB, 0xBF, .. File.ReadAllBytes(path)]);
        Assert.AreEqual(2, HuggingFaceFolder.Load(folder.Path).Config.Layers);
    }

    [TestMethod]
    public void More_layers_than_the_configuration_has_are_an_error_and_not_left_out()
    {
        using TemporaryFolder folder = Kept();
        string path = folder.At("config.json");
        File.WriteAllText(
            path, File.ReadAllText(path).Replace("\"num_hidden_layers\":2", "\"num_hidden_layers\":1", StringComparison.Ordinal));
        InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(() => HuggingFaceFolder.Load(folder.Path));
        Assert.Contains("more layers than the 1 of its configuration", error.Message);
        Assert.Contains("encoder.layer.1.", error.Message);
    }

    // The small encoder of this repository, copied.
    private static TemporaryFolder Kept()
    {
        TemporaryFolder folder = new();
        foreach (string path in Directory.EnumerateFiles(Path.Combine(Reference.Repository, "test", "models", "encoder")))
        {
            folder.Write(Path.GetFileName(path), File.ReadAllBytes(path));
        }

        return folder;
    }

    [TestMethod]
    [DataRow("0_Transformer")]
    [DataRow("snapshots/0123")]
    public void A_folder_one_level_off_is_named(string inner)
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(Path.Combine(folder.Path, inner));
        folder.Write(Path.Combine(inner, "config.json"), EncoderFolder.ConfigJson(EncoderFamily.Bert));
        FileNotFoundException error = Assert.ThrowsExactly<FileNotFoundException>(() => HuggingFaceFolder.Load(folder.Path));
        Assert.Contains($"'{Path.Combine(folder.Path, inner)}' has one", error.Message);
    }

    [TestMethod]
    public void An_adapter_without_its_encoder_is_named()
    {
        using TemporaryFolder folder = new();
        folder.Write("adapter_config.json", "{}");
        Assert.Contains("without its encoder",
            Assert.ThrowsExactly<FileNotFoundException>(() => HuggingFaceFolder.Load(folder.Path)).Message);
    }

    private static void AssertSame(LoadedEncoder read)
    {
        foreach ((string name, HostTensor tensor) in Bert)
        {
            Assert.IsTrue(tensor.Values.Span.SequenceEqual(read[name].Values.Span), name);
        }
    }

    private static TorchFile Open(byte[] bytes) => TorchFile.Open(ByteRegion.From(bytes), "made.bin");
}
