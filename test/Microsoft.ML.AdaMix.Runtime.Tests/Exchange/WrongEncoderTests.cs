using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Runtime.Tests.Exchange;
using Microsoft.ML.AdaMix.Runtime.Tests.ModelFiles;
using Microsoft.ML.AdaMix.Scoring;

namespace Microsoft.ML.AdaMix.Exchange;

/// <summary>Folders beside an encoder or a file that is not theirs: the message says which of the two is the other one.</summary>
[TestClass]
public sealed class WrongEncoderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<TemporaryFolder> _encoders = [];

    private string Target => _folder.At("export");

    [TestMethod]
    [DataRow(AdapterFormat.Peft)]
    [DataRow(AdapterFormat.AdapterHub)]
    public void An_adapter_of_another_encoder_is_told_by_family_layers_or_size(AdapterFormat format)
    {
        EncoderConfig config = TestModels.Config(EncoderFamily.Roberta);
        Export(config, format);
        File.Delete(Path.Combine(Target, AdapterFolder.ManifestFile));

        Assert.Contains("RoBERTa's", Refused(TestModels.Config(EncoderFamily.Bert)));
        Assert.Contains("tensors for 2 layers, and the encoder", Refused(config with { Layers = 1 }));
        Assert.Contains("tensors for 2 layers, and the encoder", Refused(config with { Layers = 3 }));
        Assert.Contains("hidden size 16, and the encoder", Refused(config with { HiddenSize = 32 }));
    }

    [TestMethod]
    public void The_hash_of_the_encoder_is_compared_before_anything_else()
    {
        EncoderConfig config = TestModels.Config(EncoderFamily.Roberta);
        Export(config, AdapterFormat.Peft);

        Assert.Contains("was tuned on the encoder", Refused(TestModels.Config(EncoderFamily.Bert)));
        FolderAssert.Change(Target, manifest => manifest["EncoderName"] = PretrainedEncoder.RobertaMini.Name, AdapterFolder.ManifestFile);
        Assert.Contains("Leave the encoder out", Refused(config with { Layers = 3 }));
    }

    [TestMethod]
    public void A_file_of_this_library_that_is_another_adapters_is_named()
    {
        EncoderConfig config = TestModels.Config(EncoderFamily.Roberta);
        PretrainedEncoder encoder = Export(config, AdapterFormat.Peft);
        FolderAssert.Change(
            Target, manifest => (manifest["Classes"], manifest["Labels"]) = (2, new JsonArray("a", "b")), AdapterFolder.ManifestFile);

        Assert.Contains("has 3 outputs, and adamix.json beside it is of a model with 2", Refused(encoder));
        using AdaMixTransformer named = new MLContext().Model.ImportAdapter(Target, encoder, new() { Labels = ["x", "y", "z"] });
        CollectionAssert.AreEqual(new[] { "x", "y", "z" }, named.Model.Labels.Names);
        foreach (string content in (string[])["", "{}", "[]", "{\"Task\": 7", "null", "{\"Task\": \"Nothing\"}"])
        {
            File.WriteAllText(Path.Combine(Target, AdapterFolder.ManifestFile), content);
            string message = Refused(encoder);
            Assert.Contains("adamix.json", message);
            Assert.DoesNotContain("Manifest", message);
        }
    }

    [TestMethod]
    [DataRow(true, "a")]
    [DataRow(true, "a", "a")]
    [DataRow(true, "a", "yes")]
    [DataRow(false, "a", "b")]
    public void Names_of_no_that_make_no_sense_are_refused(bool isBinary, params string[] names)
    {
        EncoderConfig config = TestModels.Config(EncoderFamily.Roberta);
        PretrainedEncoder encoder = Export(config, AdapterFormat.Peft, outputs: 2);
        FolderAssert.Change(Target, manifest =>
        {
            (manifest["Task"], manifest["Labels"]) = (isBinary ? "Binary" : "Multiclass", new JsonArray("no", "yes"));
            manifest["Negatives"] = new JsonArray([.. names.Select(name => (JsonNode)name)]);
        }, AdapterFolder.ManifestFile);

        Assert.Contains("Negatives", Refused(encoder));
    }

    [TestMethod]
    public void Labels_that_are_given_change_nothing_else_of_what_the_folder_says()
    {
        EncoderConfig config = TestModels.Config(EncoderFamily.Roberta);
        PretrainedEncoder encoder = Export(config, AdapterFormat.Peft);
        FolderAssert.Change(Target, manifest => manifest["Serving"] = "Int8", AdapterFolder.ManifestFile);

        using AdaMixTransformer named = new MLContext().Model.ImportAdapter(Target, encoder, new() { Labels = ["x", "y", "z"] });

        Assert.AreEqual(ServingPrecision.Int8, named.Model.Precision);
        CollectionAssert.AreEqual(new[] { "x", "y", "z" }, named.Model.Labels.Names);
    }

    [TestMethod]
    public void A_part_of_the_head_comes_from_the_encoders_folder_module_by_module()
    {
        EncoderConfig config = TestModels.Config(EncoderFamily.Roberta);
        PretrainedEncoder encoder = Export(config, AdapterFormat.Peft);
        using AdaMixTransformer whole = new MLContext().Model.ImportAdapter(Target, encoder);
        File.Delete(Path.Combine(Target, AdapterFolder.ManifestFile));
        Dictionary<string, HostTensor> head = Change(Target, "adapter_model.safetensors", "classifier.dense", null);
        Assert.Contains("the encoder's folder has none of that shape either", Refused(encoder));
        Change(_encoders[0].Path, "model.safetensors", "classifier.dense", head.ToDictionary(
            tensor => tensor.Key[tensor.Key.IndexOf("classifier", StringComparison.Ordinal)..], tensor => tensor.Value));

        using AdaMixTransformer found = new MLContext().Model.ImportAdapter(Target, encoder);

        CollectionAssert.AreEqual(
            whole.Model.Tuned.Head.DenseWeight.Values.ToArray(), found.Model.Tuned.Head.DenseWeight.Values.ToArray());
        Change(Target, "adapter_model.safetensors", "classifier.out_proj.bias", null);
        Assert.Contains("the file is cut off", Refused(encoder));
    }

    public void Dispose()
    {
        _folder.Dispose();
        _encoders.ForEach(folder => folder.Dispose());
    }

    private PretrainedEncoder Export(EncoderConfig config, AdapterFormat format, int outputs = 3)
    {
        PretrainedEncoder encoder = Encoder(config);
        TunedModel tuned = TestModels.Model(encoder.Load(), outputs: outputs).With([.. TestEdits.Scales(config).Where(
            edit => ((Edits.ScaleEdit)edit).Module.EndsWith(".key", StringComparison.Ordinal))]);
        LabelKeys labels = LabelKeys.Restore(outputs, "text", Classifiers.Names[..outputs]);
        Classifiers.Transformer(new ServedModel(tuned, TextTask.Multiclass, labels, Classifiers.Columns)).ExportAdapter(Target, format);
        return encoder;
    }

    private PretrainedEncoder Encoder(EncoderConfig config)
    {
        TemporaryFolder folder = new();
        _encoders.Add(folder);
        return EncoderFolders.Write(folder, TestModels.Encoder(config));
    }

    private string Refused(EncoderConfig config) => Refused(Encoder(config));

    private string Refused(PretrainedEncoder encoder) => Assert.ThrowsExactly<InvalidDataException>(
        () => new MLContext().Model.ImportAdapter(Target, encoder)).Message;

    // Removes tensors of a file and adds others; returns those that were removed.
    private static Dictionary<string, HostTensor> Change(string folder, string name, string part, Dictionary<string, HostTensor>? added)
    {
        string path = Path.Combine(folder, name);
        SafetensorsFile file = SafetensorsFile.Open(path);
        Dictionary<string, HostTensor> all = file.Tensors.Keys.ToDictionary(tensor => tensor, file.Read, StringComparer.Ordinal);
        Dictionary<string, HostTensor> removed = all.Where(tensor => tensor.Key.Contains(part, StringComparison.Ordinal))
            .ToDictionary(StringComparer.Ordinal);
        using FileStream stream = File.Create(path);
        SafetensorsWriter.Write(stream, [.. all.Where(tensor => !removed.ContainsKey(tensor.Key)).Concat(added ?? [])]);
        return removed;
    }
}
