using Microsoft.ML.AdaMix.Edits;
using Microsoft.ML.AdaMix.ModelFiles;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Scoring;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.AdaMix.Runtime.Tests.ModelFiles;

/// <summary>What a delta file holds. Each test has an encoder of its own, so that none is in memory from another.</summary>
[TestClass]
[DoNotParallelize]
public sealed class DeltaFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _ml = new();

    public static IEnumerable<object[]> Kinds => TestEdits.Names;

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void An_exact_delta_file_predicts_exactly_as_the_saved_model_with_edits_of_every_kind(string kind)
    {
        ServedModel model = DeltaFiles.NewModel(kind);
        AdaMixTransformer saved = Classifiers.Transformer(model);
        TextRow[] rows = Classifiers.Rows(20);
        byte[] file = DeltaFiles.Save(saved, DeltaPrecision.Exact);

        AdaMixTransformer loaded = DeltaFiles.Load(file, EncoderFolders.Write(_folder, model.Tuned.Encoder));

        Classifiers.AreEqual(Classifiers.Scores(saved, rows), Classifiers.Scores(loaded, rows));
    }

    [TestMethod]
    public void An_encoder_given_for_a_model_that_has_its_own_is_warned_of()
    {
        ServedModel model = DeltaFiles.NewModel();
        PretrainedEncoder encoder = EncoderFolders.Write(_folder, model.Tuned.Encoder);
        List<string> warnings = [];
        _ml.Log += (_, entry) =>
        {
            if (entry.Kind == ChannelMessageKind.Warning)
            {
                warnings.Add(entry.RawMessage);
            }
        };
        using MemoryStream whole = new();
        _ml.Model.Save(Classifiers.Transformer(model), null, whole);
        using MemoryStream delta = new(DeltaFiles.Save(Classifiers.Transformer(model), DeltaPrecision.Exact));

        _ml.Model.LoadDelta(delta, encoder, out _);
        Assert.IsEmpty(warnings);
        _ml.Model.LoadDelta(whole, encoder, out _);
        Assert.HasCount(1, warnings);
        Assert.Contains($"'{encoder.Name}' that was given is not used", warnings[0]);
    }

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void A_compact_delta_file_keeps_the_tuned_encoder_tensors_and_moves_the_rest_by_little(string kind)
    {
        ServedModel model = DeltaFiles.NewModel(kind);
        byte[] file = DeltaFiles.Save(Classifiers.Transformer(model), DeltaPrecision.Compact);

        AdaMixTransformer loaded = DeltaFiles.Load(file, EncoderFolders.Write(_folder, model.Tuned.Encoder));

        foreach ((TunedTensor before, TunedTensor after) in TunedTensors.List(model.Tuned).Zip(TunedTensors.List(loaded.Model.Tuned)))
        {
            Assert.AreEqual(before.Name, after.Name);
            float largest = before.Tensor.Values.ToArray().Max(MathF.Abs);
            bool exact = before.Shape.Length == 1 || model.Tuned.Edits.OfType<ReplacementEdit>().Any(edit => edit.Name == before.Name);
            float bound = exact ? 0 : largest / (before.Name.StartsWith("head.", StringComparison.Ordinal) ? 8191 : 2047);
            TestModels.AreClose(before.Tensor.Values.ToArray(), after.Tensor.Values.ToArray(), bound);
        }

        // What was read is written again without loss.
        CollectionAssert.AreEqual(
            SavedModels.Part(file, "AdaMix.compact"), SavedModels.Part(DeltaFiles.Save(loaded, DeltaPrecision.Compact), "AdaMix.compact"));
    }

    [TestMethod]
    public void On_the_shape_of_RoBERTa_base_with_bottleneck_16_a_delta_file_has_less_than_one_and_a_half_megabytes()
    {
        TunedModel model = BaseShape.Model(adapterSeed: 1, outputs: 6);
        AdaMixTransformer transformer = Classifiers.Transformer(Classifiers.Model() with { Tuned = model, Labels = LabelKeys.Numbered(6) });

        int compact = DeltaFiles.Save(transformer, DeltaPrecision.Compact).Length;
        int exact = DeltaFiles.Save(transformer, DeltaPrecision.Exact).Length;

        Console.WriteLine($"compact {compact:N0} bytes, exact {exact:N0}");
        Assert.IsLessThan(1_500_000, compact);
        Assert.IsLessThan(3_600_000, exact);
    }

    [TestMethod]
    public void On_the_shape_of_RoBERTa_base_the_compact_form_moves_logits_by_less_than_half_a_thousandth()
    {
        TunedModel model = BaseShape.Model(adapterSeed: 2, outputs: 6);
        AdaMixTransformer saved = Classifiers.Transformer(
            Classifiers.Model() with { Tuned = model, Labels = LabelKeys.Numbered(6), Columns = Classifiers.AllColumns });
        byte[] file = DeltaFiles.Save(saved, DeltaPrecision.Compact);
        TextRow[] rows = Classifiers.Rows(8);

        AdaMixTransformer loaded = SavedModels.LoadClassifier(file); // on the encoder that is in memory

        float[][] before = Logits(saved, rows);
        float[][] after = Logits(loaded, rows);
        float moved = before.Zip(after).Max(row => row.First.Zip(row.Second).Max(pair => MathF.Abs(pair.First - pair.Second)));
        Console.WriteLine($"logits of {before.Max(row => row.Max(MathF.Abs)):F2} move by {moved:E1}");
        Assert.IsLessThan(5e-4f, moved);
        saved.Dispose();
        loaded.Dispose();

        float[][] Logits(AdaMixTransformer of, TextRow[] texts) =>
            [.. of.Transform(_ml.Data.LoadFromEnumerable(texts)).GetColumn<float[]>("Logits")];
    }

    [TestMethod]
    public void Delta_files_and_self_contained_files_share_their_encoder()
    {
        ServedModel model = DeltaFiles.NewModel();
        AdaMixTransformer whole = SavedModels.LoadClassifier(SavedModels.Save(Classifiers.Transformer(model)));

        AdaMixTransformer task = SavedModels.LoadClassifier(DeltaFiles.Save(Classifiers.Transformer(model), DeltaPrecision.Compact));
        AdaMixTransformer fromFolder = DeltaFiles.Load(
            DeltaFiles.Save(Classifiers.Transformer(model), DeltaPrecision.Compact), EncoderFolders.Write(_folder, model.Tuned.Encoder));

        Assert.AreSame(whole.Model.Tuned.Encoder, task.Model.Tuned.Encoder);
        Assert.AreSame(whole.Model.Tuned.Encoder, fromFolder.Model.Tuned.Encoder);
    }

    [TestMethod]
    public void A_loaded_delta_file_can_be_saved_self_contained()
    {
        ServedModel model = DeltaFiles.NewModel();
        AdaMixTransformer task = DeltaFiles.Load(
            DeltaFiles.Save(Classifiers.Transformer(model), DeltaPrecision.Exact), EncoderFolders.Write(_folder, model.Tuned.Encoder));

        AdaMixTransformer whole = SavedModels.LoadClassifier(SavedModels.Save(task));

        Classifiers.AreEqual(
            Classifiers.Scores(Classifiers.Transformer(model), Classifiers.Rows(5)), Classifiers.Scores(whole, Classifiers.Rows(5)));
    }

    [TestMethod]
    public void LoadDelta_loads_a_self_contained_file_too()
    {
        byte[] whole = SavedModels.Save(Classifiers.Transformer());

        Assert.HasCount(
            3, Classifiers.Scores(DeltaFiles.Load(whole, PretrainedEncoder.FromFolder("not looked at")), Classifiers.Rows(1))[0]);
    }

    [TestMethod]
    public void A_model_without_an_encoder_cannot_be_saved_as_a_delta_file_and_leaves_no_file()
    {
        IDataView rows = _ml.Data.LoadFromEnumerable(Classifiers.Rows(3));
        ITransformer other = _ml.Transforms.Conversion.MapValueToKey("Label").Fit(rows);
        string path = Path.Combine(_folder.Path, "task.zip");

        ArgumentException error = Assert.ThrowsExactly<ArgumentException>(() => _ml.Model.SaveDelta(other, null, path));

        Assert.Contains("no AdaMixTransformer", error.Message);
        Assert.IsEmpty(Directory.GetFiles(_folder.Path));
        Assert.ThrowsExactly<ArgumentException>(() => _ml.Model.SaveDelta(Classifiers.Transformer(), null, path, (DeltaPrecision)7));
    }

    [TestMethod]
    public void Saving_a_delta_file_says_nothing_to_the_next_Save()
    {
        AdaMixTransformer model = Classifiers.Transformer(DeltaFiles.NewModel());
        DeltaFiles.Save(model, DeltaPrecision.Compact);

        Assert.Contains(name => name.EndsWith("AdaMix.encoder", StringComparison.Ordinal), SavedModels.Entries(SavedModels.Save(model)));
    }

    [TestMethod]
    public void A_damaged_delta_file_is_refused()
    {
        ServedModel model = DeltaFiles.NewModel();
        byte[] file = DeltaFiles.Save(Classifiers.Transformer(model), DeltaPrecision.Compact);
        string part = Array.Find(SavedModels.Entries(file), name => name.EndsWith("AdaMix.compact", StringComparison.Ordinal))!;

        Assert.Contains("'AdaMix.compact'",
            SavedModels.Refusal(SavedModels.WithEntry(file, part, content => [.. content[..^1], (byte)(content[^1] ^ 1)])).Message);
        Refuses(entries => entries[0] = entries[0] with { Rows = 7 }, "compact part has");
        Refuses(entries => entries[0] = entries[0] with { Rows = 0 }, "sides of 1 or more");
        Refuses(entries => entries[0] = entries[0] with { Rows = -entries[0].Rows }, "sides of 1 or more");
        Refuses(entries => entries[0] = entries[0] with { Name = "head.dense.weight" }, "twice");
        Refuses(entries => entries[0] = entries[0] with { Name = "head.dense.bias" }, "twice, exact and compact");
        Refuses(entries => entries[0] = entries[0] with { Name = "nothing" }, "no tensor");
        Refuses(entries => entries[0] = new CompactEntry(entries[0].Name, entries[0].Columns, entries[0].Rows), "compact part has");
        GC.KeepAlive(model);

        void Refuses(Action<CompactEntry[]> change, string reason) =>
            Assert.Contains(reason, SavedModels.Refusal(SavedModels.WithManifest(file, manifest =>
        {
            CompactEntry[] entries = [.. manifest.Compact!];
            change(entries);
            return manifest with { Compact = entries };
        })).Message);
    }

    [TestMethod]
    public void A_delta_file_needs_the_format_that_knows_delta_files_and_a_self_contained_file_does_not()
    {
        byte[] whole = SavedModels.Save(Classifiers.Transformer());
        byte[] task = DeltaFiles.Save(Classifiers.Transformer(), DeltaPrecision.Exact);

        Assert.AreEqual(0x00010001u, Readable(whole));
        Assert.AreEqual(0x00010002u, Readable(task));

        static uint Readable(byte[] saved)
        {
            uint readable = 0;
            foreach (string entry in SavedModels.Entries(saved).Where(name => name.EndsWith("Model.key", StringComparison.Ordinal)))
            {
                SavedModels.WithEntry(saved, entry, content =>
                {
                    int at = content.AsSpan().IndexOf("ADAMIXTC"u8);
                    readable = at < 0 ? readable : BitConverter.ToUInt32(content, at + 12);
                    return content;
                });
            }

            return readable;
        }
    }

    public void Dispose() => _folder.Dispose();
}
