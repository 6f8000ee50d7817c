using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Files;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Runtime.Tests.Checkpoints;
using Microsoft.ML.AdaMix.Runtime.Tests.Checkpoints.Pickle;
using Microsoft.ML.AdaMix.Runtime.Tests.ModelFiles;
using Microsoft.ML.AdaMix.Scoring;

namespace Microsoft.ML.AdaMix.Encoders;

/// <summary>Others write an encoder's folder while it is read and while it is used.</summary>
/// <remarks>Counts the process's native bytes, hence alone.</remarks>
[TestClass]
[DoNotParallelize]
public sealed class FilesInUseTests : IDisposable
{
    private static int _seed = 7000;

    private readonly TemporaryFolder _folder = new();
    private readonly LoadedEncoder _written = Classifiers.Model(encoderSeed: Interlocked.Increment(ref _seed)).Tuned.Encoder;

    public static IEnumerable<object[]> Ways => ChangedFile.Ways.Keys.Select(way => (object[])[way]);

    public static IEnumerable<object[]> FilesAndWays =>
        from form in (string[])["safetensors", "shards", "zip", "legacy"]
        from file in (string[])["config.json", "weights", "vocab.json", "merges.txt"]
        from way in ChangedFile.Ways.Keys
        select (object[])[form, file, way];

    [TestMethod]
    [DynamicData(nameof(Ways))]
    public void A_model_on_a_folder_answers_bit_for_bit_as_before_whatever_becomes_of_its_files(string way)
    {
        PretrainedEncoder encoder = Write("safetensors");
        LoadedEncoder loaded = encoder.Load();
        ServedModel model = Classifiers.Model() with { Tuned = TestModels.Model(loaded) };
        TextRow[] rows = Classifiers.Rows(20);
        float[][] before;
        using (AdaMixTransformer first = Classifiers.Transformer(model))
        {
            before = Classifiers.Scores(first, rows);
        }

        string hash = EncoderIdentity.Compute(_written with { Tokenizer = loaded.Tokenizer }).Sha256();
        foreach (string file in Directory.GetFiles(_folder.Path))
        {
            ChangedFile.Ways[way](file);
        }

        using AdaMixTransformer second = Classifiers.Transformer(model); // a session made of the weights after the change
        Classifiers.AreEqual(before, Classifiers.Scores(second, rows));
        Assert.AreEqual(hash, encoder.ComputeSha256()); // computed for the first time, after the change
        EncoderAssert.AreEqual(_written with { Tokenizer = loaded.Tokenizer }, loaded);
    }

    [TestMethod]
    [DynamicData(nameof(FilesAndWays))]
    public void A_file_of_a_folder_that_is_changed_while_it_is_read_is_an_error_that_names_it(string form, string file, string way)
    {
        Write(form);
        string name = file == "weights" ? WeightsOf(form) : file;

        IOException error = Assert.ThrowsExactly<IOException>(
            () => HuggingFaceFolder.Load(_folder.Path, ChangedFile.While(name, way, when: name)));

        Assert.Contains($"'{_folder.At(name)}' was changed", error.Message);
    }

    [TestMethod]
    [DataRow("safetensors")]
    [DataRow("shards")]
    [DataRow("zip")]
    [DataRow("legacy")]
    public void A_configuration_that_is_replaced_while_the_weights_are_read_is_an_error_that_names_it(string form)
    {
        Write(form);

        IOException error = Assert.ThrowsExactly<IOException>(() => HuggingFaceFolder.Load(
            _folder.Path, ChangedFile.While("config.json", "replaced by another one", when: WeightsOf(form))));

        Assert.Contains($"'{_folder.At("config.json")}' was changed", error.Message);
    }

    [TestMethod]
    [DataRow("safetensors", 1)]
    [DataRow("shards", 1)]
    [DataRow("zip", 0)]
    [DataRow("legacy", 0)]
    public void Weights_of_a_folder_lie_in_memory_once(string form, int filesInPlace)
    {
        Write(form);
        long before = LiveBytes.Count();

        LoadedEncoder encoder = HuggingFaceFolder.Load(_folder.Path);

        long file = filesInPlace * Directory.GetFiles(_folder.Path, "*.safetensors").Sum(path => new FileInfo(path).Length);
        Assert.AreEqual(before + file, NativeBytes.Live); // the others were copied into arrays, and their bytes are gone
        EncoderAssert.AreEqual(_written with { Name = encoder.Name, Tokenizer = encoder.Tokenizer }, encoder);
        GC.KeepAlive(encoder);
    }

    [TestMethod]
    public void Weights_that_lie_in_an_assembly_are_copied_since_its_file_may_be_written_over()
    {
        byte[] bytes = SafetensorsBytes.Of([("a", HostTensor.From([2], [1, 2]))]);
        unsafe
        {
            fixed (byte* start = bytes)
            {
                using UnmanagedMemoryStream resource = new(start, bytes.Length);
                HostTensor read = SafetensorsFile.Open(ByteRegion.From(resource), "resource").Read("a");

                Array.Clear(bytes);

                CollectionAssert.AreEqual(new float[] { 1, 2 }, read.Values.ToArray());
            }
        }
    }

    public void Dispose() => _folder.Dispose();

    private static string WeightsOf(string form) => form switch
    {
        "safetensors" => "model.safetensors",
        "shards" => "model-2.safetensors",
        _ => "pytorch_model.bin",
    };

    private PretrainedEncoder Write(string form)
    {
        PretrainedEncoder encoder = EncoderFolders.Write(_folder, _written);
        if (form != "safetensors")
        {
            File.Delete(_folder.At("model.safetensors"));
        }

        if (form == "shards")
        {
            KeyValuePair<string, HostTensor>[] weights = [.. _written.Weights];
            _folder.Write("model-1.safetensors", EncoderFolder.Bytes(weights[..5]));
            _folder.Write("model-2.safetensors", EncoderFolder.Bytes(weights[5..]));
            string entries = string.Join(',', weights.Select((weight, i) => $"\"{weight.Key}\":\"model-{(i < 5 ? 1 : 2)}.safetensors\""));
            _folder.Write("model.safetensors.index.json", $$$"""{"weight_map":{{{{entries}}}}}""");
        }
        else if (form is "zip" or "legacy")
        {
            _folder.Write("pytorch_model.bin", TorchBytes.Of(_written.Weights, legacy: form == "legacy"));
        }

        ChangedFile.Settle(_folder.Path);
        return encoder;
    }
}
