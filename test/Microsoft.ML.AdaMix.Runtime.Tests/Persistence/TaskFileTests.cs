using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Runtime.Tests.Checkpoints;
using Microsoft.ML.AdaMix.Scoring;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.AdaMix.Persistence;

/// <summary>Registered encoders are the process's, hence alone. Each test has an encoder of its own, so that none is in memory from another.</summary>
[TestClass]
[DoNotParallelize]
public sealed class TaskFileTests : IDisposable
{
    private static int _seed = 1000;

    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _ml = new();

    public static IEnumerable<object[]> Kinds => TestEdits.Names;

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void An_exact_task_file_predicts_exactly_as_the_saved_model_with_edits_of_every_kind(string kind)
    {
        TextModel model = NewModel(kind);
        AdaMixTransformer saved = Classifiers.Transformer(model);
        TextRow[] rows = Classifiers.Rows(20);
        byte[] file = Save(saved, TaskFilePrecision.Exact);

        AdaMixTransformer loaded = Load(file, EncoderFolders.Write(_folder, model.Merged.Encoder));

        Classifiers.AreEqual(Classifiers.Scores(saved, rows), Classifiers.Scores(loaded, rows));
    }

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void A_compact_task_file_keeps_the_tuned_encoder_tensors_and_moves_the_rest_by_little(string kind)
    {
        TextModel model = NewModel(kind);
        byte[] file = Save(Classifiers.Transformer(model), TaskFilePrecision.Compact);

        AdaMixTransformer loaded = Load(file, EncoderFolders.Write(_folder, model.Merged.Encoder));

        foreach ((TunedTensor before, TunedTensor after) in TunedTensors.Of(model.Merged).Zip(TunedTensors.Of(loaded.Model.Merged)))
        {
            Assert.AreEqual(before.Name, after.Name);
            float largest = before.Tensor.Values.ToArray().Max(MathF.Abs);
            float bound = model.Merged.Edits.Replaced.ContainsKey(before.Name) || before.Shape.Length == 1 ? 0 : largest / (before.Name.StartsWith("head.", StringComparison.Ordinal) ? 8191 : 2047);
            TestModels.AreClose(before.Tensor.Values.ToArray(), after.Tensor.Values.ToArray(), bound);
        }

        // What was read is written again without loss.
        CollectionAssert.AreEqual(SavedModels.Part(file, "AdaMix.compact"), SavedModels.Part(Save(loaded, TaskFilePrecision.Compact), "AdaMix.compact"));
    }

    [TestMethod]
    public void On_the_shape_of_RoBERTa_base_with_bottleneck_16_a_task_file_has_less_than_one_and_a_half_megabytes()
    {
        MergedModel model = BaseShape.Model(adapterSeed: 1, outputs: 6);
        AdaMixTransformer transformer = Classifiers.Transformer(Classifiers.Model() with { Merged = model, Labels = LabelKeys.Numbered(6) });

        int compact = Save(transformer, TaskFilePrecision.Compact).Length;
        int exact = Save(transformer, TaskFilePrecision.Exact).Length;

        Console.WriteLine($"compact {compact:N0} bytes, exact {exact:N0}");
        Assert.IsLessThan(1_500_000, compact);
        Assert.IsLessThan(3_600_000, exact);
    }

    [TestMethod]
    public void On_the_shape_of_RoBERTa_base_the_compact_form_moves_logits_by_less_than_half_a_thousandth()
    {
        MergedModel model = BaseShape.Model(adapterSeed: 2, outputs: 6);
        AdaMixTransformer saved = Classifiers.Transformer(Classifiers.Model() with { Merged = model, Labels = LabelKeys.Numbered(6), Columns = Classifiers.AllColumns });
        byte[] file = Save(saved, TaskFilePrecision.Compact);
        TextRow[] rows = Classifiers.Rows(8);

        AdaMixTransformer loaded = Load(file); // on the encoder that is in memory

        float[][] before = Logits(saved, rows);
        float[][] after = Logits(loaded, rows);
        float moved = before.Zip(after).Max(row => row.First.Zip(row.Second).Max(pair => MathF.Abs(pair.First - pair.Second)));
        Console.WriteLine($"logits of {before.Max(row => row.Max(MathF.Abs)):F2} move by {moved:E1}");
        Assert.IsLessThan(5e-4f, moved);
        saved.Dispose();
        loaded.Dispose();

        float[][] Logits(AdaMixTransformer of, TextRow[] texts) => [.. of.Transform(_ml.Data.LoadFromEnumerable(texts)).GetColumn<float[]>("Logits")];
    }

    [TestMethod]
    public void A_pipeline_saved_as_a_task_is_loaded_by_ML_NET_where_its_encoder_is_registered()
    {
        TextModel model = NewModel();
        (ITransformer pipeline, IDataView rows) = Pipeline(model);
        PretrainedEncoder encoder = EncoderFolders.Write(_folder, model.Merged.Encoder);
        string path = Path.Combine(_folder.Path, "task.zip");
        _ml.Model.SaveTask(pipeline, rows.Schema, path, TaskFilePrecision.Exact);
        Assert.IsLessThan(new FileInfo(Path.Combine(_folder.Path, "model.safetensors")).Length, new FileInfo(path).Length);

        using IDisposable registration = encoder.Register();
        ITransformer loaded = new MLContext().Model.Load(path, out DataViewSchema schema);

        Assert.AreEqual(rows.Schema.Count, schema.Count);
        CollectionAssert.AreEqual(
            pipeline.Transform(rows).GetColumn<string>("PredictedLabel").ToArray(), loaded.Transform(rows).GetColumn<string>("PredictedLabel").ToArray());
    }

    [TestMethod]
    public void Without_its_encoder_a_task_file_says_which_one_it_needs_and_what_to_do()
    {
        byte[] file = SaveAndForget(out string hash);
        GC.Collect();

        EncoderNotFoundException error = Assert.IsInstanceOfType<EncoderNotFoundException>(Assert.ThrowsExactly<TargetInvocationException>(() => SavedModels.Load(file)).InnerException);

        Assert.Contains("'random' (Roberta, 2 layers, hidden size 16)", error.Message);
        Assert.Contains(hash, error.Message);
        Assert.AreEqual("random", error.EncoderName);
        Assert.AreEqual(hash, error.EncoderSha256);
        Assert.Contains(".Register()", error.Message);
        Assert.Contains("LoadTask", error.Message);
    }

    [TestMethod]
    public void A_registration_ends_when_it_is_disposed()
    {
        byte[] file = SaveAndForget(out _, writeFolder: true);
        PretrainedEncoder encoder = PretrainedEncoder.FromFolder(_folder.Path);
        encoder.Register().Dispose();
        GC.Collect();

        Exception? error = Assert.ThrowsExactly<TargetInvocationException>(() => SavedModels.Load(file)).InnerException;

        Assert.IsInstanceOfType<EncoderNotFoundException>(error);
        using IDisposable registration = encoder.Register();
        SavedModels.Load(file);
    }

    [TestMethod]
    public void A_registered_encoder_that_is_another_or_cannot_be_read_does_not_hide_the_right_one()
    {
        byte[] file = SaveAndForget(out _, writeFolder: true);
        using TemporaryFolder other = new();
        GC.Collect();
        using IDisposable right = PretrainedEncoder.FromFolder(_folder.Path).Register();
        using IDisposable wrong = EncoderFolders.Write(other, NewModel().Merged.Encoder).Register();
        using IDisposable missing = PretrainedEncoder.FromFolder(Path.Combine(_folder.Path, "nowhere")).Register();

        Assert.HasCount(3, Classifiers.Scores(SavedModels.Load(file), Classifiers.Rows(1))[0]);
    }

    [TestMethod]
    public void What_registered_encoders_are_instead_is_said()
    {
        byte[] file = SaveAndForget(out _);
        using TemporaryFolder other = new();
        GC.Collect();
        using IDisposable wrong = EncoderFolders.Write(other, NewModel().Merged.Encoder).Register();
        using IDisposable missing = PretrainedEncoder.FromFolder(Path.Combine(_folder.Path, "nowhere")).Register();

        Exception error = Assert.ThrowsExactly<TargetInvocationException>(() => SavedModels.Load(file)).InnerException!;

        Assert.Contains($"'{other.Path}': SHA-256 ", error.Message);
        Assert.Contains("other weights", error.Message);
        Assert.Contains("nowhere': cannot be read", error.Message);
    }

    [TestMethod]
    public void A_wrong_encoder_given_to_LoadTask_is_refused_with_both_names_and_hashes_even_where_the_right_one_is_in_memory()
    {
        TextModel model = NewModel();
        byte[] file = Save(Classifiers.Transformer(model), TaskFilePrecision.Compact);
        LoadedEncoder other = NewModel().Merged.Encoder;

        InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(() => Load(file, EncoderFolders.Write(_folder, other)));

        Assert.Contains($"'{_folder.Path}'", error.Message);
        Assert.Contains("'random'", error.Message);
        Assert.Contains(EncoderIdentity.Of(model.Merged.Encoder).Sha256(), error.Message);
        Assert.Contains(EncoderIdentity.Of(other).Sha256(), error.Message);
        Assert.Contains("other weights", error.Message);
        GC.KeepAlive(model);
    }

    [TestMethod]
    public void LoadTask_says_what_is_wrong_with_a_whole_pipeline_too()
    {
        (ITransformer pipeline, _) = Pipeline(NewModel());
        byte[] file = Save(pipeline, TaskFilePrecision.Compact);
        PretrainedEncoder other = EncoderFolders.Write(_folder, NewModel().Merged.Encoder);

        Assert.Contains("other weights", Assert.ThrowsExactly<InvalidDataException>(() => Load(file, other)).Message);
    }

    [TestMethod]
    public void Another_tokenizer_on_the_same_weights_is_another_encoder_and_its_file_is_named()
    {
        LoadedEncoder encoder = NewModel().Merged.Encoder;
        byte[] file = Save(Classifiers.Transformer(Classifiers.Model() with { Merged = NewModel().Merged with { Encoder = encoder } }), TaskFilePrecision.Compact);
        PretrainedEncoder folder = EncoderFolders.Write(_folder, encoder);
        _folder.Write("tokenizer_config.json", "{}");

        InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(() => Load(file, folder));

        Assert.Contains("the same weights and another tokenizer (tokenizer_config.json, which it has and should not)", error.Message);
    }

    [TestMethod]
    public void An_encoder_of_another_shape_is_refused_before_its_weights_are_read()
    {
        byte[] file = Save(Classifiers.Transformer(NewModel()), TaskFilePrecision.Compact);
        _folder.Write("config.json", EncoderFolder.ConfigJson(EncoderFamily.Bert));

        InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(() => Load(file, PretrainedEncoder.FromFolder(_folder.Path)));

        Assert.Contains("it is a Bert with 2 layers, hidden size 16 and 50 tokens", error.Message);
    }

    [TestMethod]
    public void The_embedded_encoder_is_found_without_being_registered()
    {
        LoadedEncoder mini = PretrainedEncoder.RobertaMini.Load();
        MergedModel model = TestModels.Model(mini, outputs: 3) with { Input = new TextInput(64, SpecialTokensInText: false) };
        AdaMixTransformer saved = Classifiers.Transformer(Classifiers.Model() with { Merged = model });
        byte[] file = Save(saved, TaskFilePrecision.Exact);

        AdaMixTransformer loaded = SavedModels.LoadClassifier(file);

        Assert.AreSame(PretrainedEncoder.RobertaMini.Load(), loaded.Model.Merged.Encoder);
        Classifiers.AreEqual(Classifiers.Scores(saved, Classifiers.Rows(3)), Classifiers.Scores(loaded, Classifiers.Rows(3)));
        GC.KeepAlive(mini);
    }

    [TestMethod]
    public void Task_files_and_self_contained_files_share_their_encoder()
    {
        TextModel model = NewModel();
        AdaMixTransformer whole = SavedModels.LoadClassifier(SavedModels.Save(Classifiers.Transformer(model)));

        AdaMixTransformer task = SavedModels.LoadClassifier(Save(Classifiers.Transformer(model), TaskFilePrecision.Compact));
        AdaMixTransformer fromFolder = Load(Save(Classifiers.Transformer(model), TaskFilePrecision.Compact), EncoderFolders.Write(_folder, model.Merged.Encoder));

        Assert.AreSame(whole.Model.Merged.Encoder, task.Model.Merged.Encoder);
        Assert.AreSame(whole.Model.Merged.Encoder, fromFolder.Model.Merged.Encoder);
    }

    [TestMethod]
    public void A_loaded_task_can_be_saved_self_contained()
    {
        TextModel model = NewModel();
        AdaMixTransformer task = Load(Save(Classifiers.Transformer(model), TaskFilePrecision.Exact), EncoderFolders.Write(_folder, model.Merged.Encoder));

        AdaMixTransformer whole = SavedModels.LoadClassifier(SavedModels.Save(task));

        Classifiers.AreEqual(Classifiers.Scores(Classifiers.Transformer(model), Classifiers.Rows(5)), Classifiers.Scores(whole, Classifiers.Rows(5)));
    }

    [TestMethod]
    public void LoadTask_loads_a_self_contained_file_too()
    {
        byte[] whole = SavedModels.Save(Classifiers.Transformer());

        Assert.HasCount(3, Classifiers.Scores(Load(whole, PretrainedEncoder.FromFolder("not looked at")), Classifiers.Rows(1))[0]);
    }

    [TestMethod]
    public void A_model_without_an_encoder_cannot_be_saved_as_a_task_and_leaves_no_file()
    {
        IDataView rows = _ml.Data.LoadFromEnumerable(Classifiers.Rows(3));
        ITransformer other = _ml.Transforms.Conversion.MapValueToKey("Label").Fit(rows);
        string path = Path.Combine(_folder.Path, "task.zip");

        ArgumentException error = Assert.ThrowsExactly<ArgumentException>(() => _ml.Model.SaveTask(other, null, path));

        Assert.Contains("no AdaMixTransformer", error.Message);
        Assert.IsEmpty(Directory.GetFiles(_folder.Path));
        Assert.ThrowsExactly<ArgumentException>(() => _ml.Model.SaveTask(Classifiers.Transformer(), null, path, (TaskFilePrecision)7));
    }

    [TestMethod]
    public void Saving_a_task_says_nothing_to_the_next_Save()
    {
        AdaMixTransformer model = Classifiers.Transformer(NewModel());
        Save(model, TaskFilePrecision.Compact);

        Assert.Contains(name => name.EndsWith("AdaMix.encoder", StringComparison.Ordinal), SavedModels.Entries(SavedModels.Save(model)));
    }

    [TestMethod]
    public void A_damaged_task_file_is_refused()
    {
        TextModel model = NewModel();
        byte[] file = Save(Classifiers.Transformer(model), TaskFilePrecision.Compact);
        string part = Array.Find(SavedModels.Entries(file), name => name.EndsWith("AdaMix.compact", StringComparison.Ordinal))!;

        Assert.Contains("'AdaMix.compact'", SavedModels.Refusal(SavedModels.WithEntry(file, part, content => [.. content[..^1], (byte)(content[^1] ^ 1)])).Message);
        Refuses(entries => entries[0] = entries[0] with { Rows = 7 }, "compact part has");
        Refuses(entries => entries[0] = entries[0] with { Rows = 0 }, "sides of 1 or more");
        Refuses(entries => entries[0] = entries[0] with { Rows = -entries[0].Rows }, "sides of 1 or more");
        Refuses(entries => entries[0] = entries[0] with { Name = "head.dense.weight" }, "twice");
        Refuses(entries => entries[0] = entries[0] with { Name = "head.dense.bias" }, "twice, exact and compact");
        Refuses(entries => entries[0] = entries[0] with { Name = "nothing" }, "no tensor");
        Refuses(entries => entries[0] = new CompactEntry(entries[0].Name, entries[0].Columns, entries[0].Rows), "compact part has");
        GC.KeepAlive(model);

        void Refuses(Action<CompactEntry[]> change, string reason) => Assert.Contains(reason, SavedModels.Refusal(SavedModels.WithManifest(file, manifest =>
        {
            CompactEntry[] entries = [.. manifest.Compact!];
            change(entries);
            return manifest with { Compact = entries };
        })).Message);
    }

    [TestMethod]
    public void A_task_file_needs_the_format_that_knows_task_files_and_a_self_contained_file_does_not()
    {
        byte[] whole = SavedModels.Save(Classifiers.Transformer());
        byte[] task = Save(Classifiers.Transformer(), TaskFilePrecision.Exact);

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

    private static TextModel NewModel(string? kind = null)
    {
        TextModel model = Classifiers.Model(encoderSeed: Interlocked.Increment(ref _seed));
        return kind is null ? model : model with { Merged = model.Merged.With(TestEdits.Kinds[kind](model.Merged.Encoder.Config)) };
    }

    private (ITransformer Pipeline, IDataView Rows) Pipeline(TextModel model)
    {
        IDataView rows = _ml.Data.LoadFromEnumerable(Classifiers.Rows(20));
        ValueToKeyMappingTransformer first = _ml.Transforms.Conversion.MapValueToKey("Label").Fit(rows);
        AdaMixTransformer second = Classifiers.Transformer(model);
        KeyToValueMappingTransformer third = _ml.Transforms.Conversion.MapKeyToValue("PredictedLabel").Fit(second.Transform(first.Transform(rows)));
        return (new TransformerChain<ITransformer>(first, second, third), rows);
    }

    private byte[] Save(ITransformer model, TaskFilePrecision precision)
    {
        using MemoryStream stream = new();
        _ml.Model.SaveTask(model, null, stream, precision);
        return stream.ToArray();
    }

    // The encoder is forgotten with the caller's next collection.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private byte[] SaveAndForget(out string hash, bool writeFolder = false)
    {
        TextModel model = NewModel();
        hash = EncoderIdentity.Of(model.Merged.Encoder).Sha256();
        if (writeFolder)
        {
            EncoderFolders.Write(_folder, model.Merged.Encoder);
        }

        return Save(Classifiers.Transformer(model), TaskFilePrecision.Compact);
    }

    private AdaMixTransformer Load(byte[] file, PretrainedEncoder encoder)
    {
        using MemoryStream stream = new(file);
        ITransformer loaded = _ml.Model.LoadTask(stream, encoder, out _);
        return loaded as AdaMixTransformer ?? ((IEnumerable<ITransformer>)loaded).OfType<AdaMixTransformer>().Single();
    }

    private static AdaMixTransformer Load(byte[] file) => SavedModels.LoadClassifier(file);
}
