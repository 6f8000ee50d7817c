using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Edits;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Scoring;

namespace Microsoft.ML.AdaMix.Runtime.Tests.ModelFiles;

[TestClass]
public class SavedEditsTests
{
    public static IEnumerable<object[]> Kinds => TestEdits.Names;

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void Edits_of_every_kind_survive(string kind)
    {
        ServedModel model = Edited(kind);
        AdaMixTransformer saved = Classifiers.Transformer(model);
        TextRow[] rows = Classifiers.Rows(20);

        AdaMixTransformer loaded = SavedModels.LoadClassifier(SavedModels.Save(saved));

        Classifiers.AreEqual(Classifiers.Scores(saved, rows), Classifiers.Scores(loaded, rows));
        AreEqual(model.Tuned, loaded.Model.Tuned);
    }

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void Edits_that_name_every_kind_as_the_first_format_did_are_read(string kind)
    {
        ServedModel model = Edited(kind);
        byte[] saved = SavedModels.WithManifest(SavedModels.Save(Classifiers.Transformer(model)), manifest =>
        {
            JsonObject edits = manifest["Edits"]!.AsObject();
            manifest["Edits"] = new JsonObject(((string[])["Adapters", "LowRank", "Scales", "Replaced", "Prefixes"])
                .Union(edits.Select(kind => kind.Key).Where(name => name != "Prompt"), StringComparer.Ordinal)
                .Select(name => KeyValuePair.Create<string, JsonNode?>(name, edits[name]?.DeepClone() ?? new JsonArray()))
                .Append(KeyValuePair.Create<string, JsonNode?>("Prompt", edits.ContainsKey("Prompt"))));
        });

        AreEqual(model.Tuned, SavedModels.LoadClassifier(saved).Model.Tuned);
    }

    [TestMethod]
    public void Edits_of_several_kinds_are_loaded_in_the_order_in_which_they_compute()
    {
        ServedModel model = Edited("all kinds");
        ServedModel backwards = model with { Tuned = model.Tuned with { Edits = [.. model.Tuned.Edits.Reverse()] } };

        AreEqual(backwards.Tuned, SavedModels.LoadClassifier(SavedModels.Save(Classifiers.Transformer(backwards))).Model.Tuned);
    }

    [TestMethod]
    public void A_kind_that_is_not_registered_is_neither_written_nor_read()
    {
        ServedModel model = Edited("nothing");
        ServedModel foreign = model with { Tuned = model.Tuned with { Edits = [new ForeignEdit()] } };

        Assert.Contains(
            "ForeignEdit has no name", Assert.ThrowsExactly<NotSupportedException>(() => EditKinds.Write(foreign.Tuned.Edits)).Message);
        Refuses("nothing", edits => edits["Foreign"] = new JsonArray(),
            "edits of the kind 'Foreign', which is not known; known are Adapters, LowRank, ");
    }

    [TestMethod]
    public void A_kind_does_not_take_the_name_of_another()
    {
        EditKind kind = new EditKind<ForeignEdit, int>("Adapters", _ => 0, (_, _) => new ForeignEdit());

        Assert.Contains(
            "'Adapters' is that of AdapterEdit already", Assert.ThrowsExactly<ArgumentException>(() => EditKinds.Register(kind)).Message);
    }

    [TestMethod]
    public void Replaced_tensors_take_the_room_of_their_storage_type()
    {
        ServedModel model = Classifiers.Model();
        EncoderEdits edits = TestEdits.EveryTensor(model.Tuned.Encoder.Config);
        long Size(StorageType storage)
        {
            EncoderEdits stored = [
                .. edits.Cast<ReplacementEdit>().Select(edit => edit with { Tensor = edit.Tensor with { Storage = storage } })];
            return SavedModels.Part(
                SavedModels.Save(Classifiers.Transformer(model with { Tuned = model.Tuned.With(stored) })), "AdaMix.tuned").Length;
        }

        long values = edits.Cast<ReplacementEdit>().Sum(edit => edit.Tensor.Count);

        Assert.AreEqual(2 * values, Size(StorageType.Float32) - Size(StorageType.BFloat16), 300d); // the headers differ a little
    }

    [TestMethod]
    public void A_description_without_its_tensors_is_refused()
    {
        Refuses("adapters", edits => edits["Adapters"]![0]!["Module"] = "encoder.layer.9.output",
            "no tensor 'encoder.layer.9.output.adapter.down.weight'");
        Refuses("nothing", edits => edits["Scales"] = new JsonArray("encoder.layer.0.output.dense"),
            "no tensor 'encoder.layer.0.output.dense.factors'");
        Refuses("nothing", edits => edits["Replaced"] = new JsonArray("encoder.layer.0.output.dense.bias"),
            "no tensor 'encoder.layer.0.output.dense.bias'");
        Refuses("nothing", edits => edits["Prompt"] = true, "no tensor 'embeddings.prompt'");
        Refuses("prefixes", edits => edits["Prefixes"]![0] = -1, "no tensor 'encoder.layer.-1.prefix.keys'");
    }

    [TestMethod]
    public void Tensors_without_a_description_are_refused()
    {
        Refuses("adapters", edits => edits["Adapters"]!.AsArray().RemoveAt(3),
            "a tensor 'encoder.layer.1.output.adapter.down.weight' that its manifest does not describe");
        Refuses("low rank", edits => edits["LowRank"] = new JsonArray(), "lora_A' that its manifest does not describe");
        Refuses("prompt", edits => edits.Remove("Prompt"), "'embeddings.prompt' that its manifest does not describe");
    }

    [TestMethod]
    public void An_edit_described_twice_is_refused()
    {
        foreach ((string kind, string list) in ((string, string)[])[
            ("adapters", "Adapters"), ("low rank", "LowRank"), ("scales", "Scales"), ("biases", "Replaced"), ("prefixes", "Prefixes")])
        {
            Refuses(kind, edits => edits[list]!.AsArray().Add(edits[list]![0]!.DeepClone()), "twice");
        }
    }

    [TestMethod]
    public void A_description_that_makes_no_sense_is_refused()
    {
        Refuses("adapters", edits => edits["Adapters"] = null, "manifest is not valid");
        Refuses("adapters", edits => edits["Adapters"]![0] = null, "manifest is not valid");
        Refuses("adapters", edits => edits["Adapters"]![0]!["Module"] = null, "manifest is not valid");
        Refuses("adapters", edits => edits["Adapters"]![0]!.AsObject().Remove("Scale"), "manifest is not valid");
        Refuses("adapters", edits => edits["Adapters"]![0]!["Activation"] = 99, "manifest is not valid");
        Refuses("adapters", edits => edits["Adapters"]![0]!["Input"] = "Nowhere", "manifest is not valid");
        Refuses("low rank", edits => edits["LowRank"]![0]!["Scale"] = "much", "manifest is not valid");
        Refuses("scales", edits => edits["Scales"]![0] = null, "no tensor");
        Refuses("biases", edits => edits["Replaced"]![0] = null, "no tensor");
    }

    [TestMethod]
    public void A_manifest_that_contradicts_the_head_is_refused() =>
        RefusesManifest("nothing", manifest => manifest["Classes"] = 4, "head has 3 outputs, but its manifest names 4 classes");

    [TestMethod]
    public void A_manifest_that_contradicts_the_positions_is_refused() => RefusesManifest(
        "prompt", manifest => manifest["Input"]!["MaxLength"] = 35, "positions for 38, of which prompt and prefixes take 4");

    private static ServedModel Edited(string kind)
    {
        ServedModel model = Classifiers.Model(columns: Classifiers.AllColumns);
        return model with { Tuned = model.Tuned.With(TestEdits.Kinds[kind](model.Tuned.Encoder.Config)) };
    }

    private static void AreEqual(TunedModel expected, TunedModel found)
    {
        Assert.AreEqual(EditKinds.Write(expected.Edits).ToJsonString(), EditKinds.Write(found.Edits).ToJsonString());
        TunedTensor[] tensors = [.. TunedTensors.List(expected)];
        TunedTensor[] read = [.. TunedTensors.List(found)];
        Assert.HasCount(tensors.Length, read);
        for (int i = 0; i < tensors.Length; i++)
        {
            Assert.AreEqual(tensors[i].Name, read[i].Name);
            Assert.AreEqual(tensors[i].Tensor.Storage, read[i].Tensor.Storage);
            CollectionAssert.AreEqual(tensors[i].Tensor.Values.ToArray(), read[i].Tensor.Values.ToArray(), tensors[i].Name);
        }
    }

    private static void Refuses(string kind, Action<JsonObject> change, string reason) =>
        RefusesManifest(kind, manifest => change(manifest["Edits"]!.AsObject()), reason);

    private static void RefusesManifest(string kind, Action<JsonObject> change, string reason)
    {
        byte[] saved = SavedModels.Save(Classifiers.Transformer(Edited(kind)));

        Assert.Contains(reason, SavedModels.Refusal(SavedModels.WithManifest(saved, change)).Message);
    }

    private sealed record ForeignEdit : EncoderEdit
    {
        public override IEnumerable<TunedTensor> Tensors(TunedModel model) => [];
    }
}
