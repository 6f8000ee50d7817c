using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Checkpoints.Pickle;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Runtime.Tests.Checkpoints;

[TestClass]
public sealed class CheckpointParityTests
{
    [TestMethod]
    [DataRow("roberta", "bin")]
    [DataRow("roberta", "bin-legacy")]
    [DataRow("roberta", "sharded")]
    [DataRow("bert", "bin")]
    [DataRow("bert", "bin-legacy")]
    [DataRow("bert", "sharded")]
    public void Every_container_of_float32_gives_the_same_bits(string family, string container)
    {
        AssertTensors(family, container, StorageType.Float32,
            (expected, found) => BitConverter.SingleToUInt32Bits(expected) == BitConverter.SingleToUInt32Bits(found));
    }

    [TestMethod]
    [DataRow("roberta")]
    [DataRow("bert")]
    public void Float16_differs_by_its_rounding_only(string family) =>
        AssertTensors(family, "f16", StorageType.Float16, (expected, found) => found == (float)(Half)expected);

    [TestMethod]
    [DataRow("roberta")]
    [DataRow("bert")]
    public void BFloat16_differs_by_its_rounding_only(string family) =>
        AssertTensors(family, "bf16", StorageType.BFloat16, (expected, found) => Math.Abs(expected - found) <= Math.Abs(expected) / 256);

    [TestMethod]
    [DataRow("roberta", "bin")]
    [DataRow("roberta", "bin-legacy")]
    [DataRow("bert", "bin")]
    [DataRow("bert", "bin-legacy")]
    public void Integers_of_a_PyTorch_file_have_the_same_bytes(string family, string container)
    {
        SafetensorsFile expected = SafetensorsFile.Open(Reference.Golden(family, "model.safetensors"));
        TorchFile found = TorchFile.Open(Reference.Golden("checkpoints", $"{family}-{container}", "pytorch_model.bin"));
        foreach (string name in expected.Tensors.Where(tensor => tensor.Value.Type == ElementType.Int64).Select(tensor => tensor.Key))
        {
            Assert.AreEqual(ElementType.Int64, found.Tensors[name].Type);
            CollectionAssert.AreEqual(expected.ReadBytes(name).ToArray(), found.ReadBytes(name));
        }

        GC.KeepAlive(expected);
    }

    [TestMethod]
    [DataRow("ordered_views.bin")]
    [DataRow("wrapped.ckpt")]
    public void Views_parameters_and_other_types_read_as_they_should(string file)
    {
        SafetensorsFile expected = SafetensorsFile.Open(Reference.Golden("checkpoints", "odd", "expected.safetensors"));
        TorchFile found = TorchFile.Open(Reference.Golden("checkpoints", "odd", file));
        foreach ((string name, TensorEntry entry) in expected.Tensors)
        {
            Assert.AreEqual(entry.Type, found.Tensors[name].Type, name);
            CollectionAssert.AreEqual(entry.Shape, found.Tensors[name].Shape, name);
            CollectionAssert.AreEqual(expected.ReadBytes(name).ToArray(), found.ReadBytes(name), name);
            if (entry.Type is ElementType.Float64 or ElementType.Float32 or ElementType.Float16 or ElementType.BFloat16)
            {
                Assert.IsTrue(expected.Read(name).Values.Span.SequenceEqual(found.Read(name).Values.Span), name);
            }
            else
            {
                Assert.Contains(name, Assert.ThrowsExactly<InvalidDataException>(() => found.Read(name)).Message);
            }
        }

        Assert.IsNotEmpty(expected.Tensors);
        GC.KeepAlive(expected);
    }

    [TestMethod]
    [DataRow("evil.bin")]
    [DataRow("evil_raw.bin")]
    public void A_pickle_that_asks_for_a_command_is_refused_by_name_and_nothing_runs(string file)
    {
        string path = Reference.Golden("checkpoints", "odd", file);
        InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(() => TorchFile.Open(path));
        Assert.Contains("posix.system", error.Message);
        Assert.Contains(path, error.Message);
        foreach (string folder in (string[])[Path.GetDirectoryName(path)!, Environment.CurrentDirectory, AppContext.BaseDirectory])
        {
            Assert.IsFalse(File.Exists(Path.Combine(folder, "opened.txt")), folder);
        }
    }

    [TestMethod]
    public void The_embedded_encoder_equals_the_published_folder() =>
        EncoderAssert.AreEqual(HuggingFaceFolder.Load(Reference.Model("roberta-mini")), EmbeddedEncoderTests.Load());

    private static void AssertTensors(string family, string container, StorageType storage, Func<float, float, bool> agrees)
    {
        SafetensorsFile expected = SafetensorsFile.Open(Reference.Golden(family, "model.safetensors"));
        ITensorSource found = HuggingFaceFolder.OpenWeights(Reference.Golden("checkpoints", $"{family}-{container}"));
        CollectionAssert.AreEquivalent(expected.Tensors.Keys.ToList(), found.Tensors.Keys.ToList());
        foreach ((string name, TensorEntry entry) in expected.Tensors.Where(tensor => tensor.Value.Type == ElementType.Float32))
        {
            AssertTensor(expected.Read(name), found.Read(name), storage, agrees, name);
        }

        LoadedEncoder plain = HuggingFaceFolder.Load(Reference.Golden(family));
        LoadedEncoder loaded = HuggingFaceFolder.Load(Reference.Golden("checkpoints", $"{family}-{container}"));
        Assert.AreEqual(plain.Config, loaded.Config);
        CollectionAssert.AreEquivalent(plain.Weights.Keys.ToList(), loaded.Weights.Keys.ToList());
        foreach ((string name, HostTensor tensor) in plain.Weights)
        {
            AssertTensor(tensor, loaded[name], storage, agrees, name);
        }
    }

    private static void AssertTensor(
        HostTensor expected, HostTensor found, StorageType storage, Func<float, float, bool> agrees, string name)
    {
        CollectionAssert.AreEqual(expected.Shape, found.Shape, name);
        Assert.AreEqual(storage, found.Storage, name);
        for (int i = 0; i < expected.Values.Length; i++)
        {
            (float a, float b) = (expected.Values.Span[i], found.Values.Span[i]);
            Assert.IsTrue(agrees(a, b), $"{name}[{i}]: expected {a}, found {b}");
        }
    }
}
