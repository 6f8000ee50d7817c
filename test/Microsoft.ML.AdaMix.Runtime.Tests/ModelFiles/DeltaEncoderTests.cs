using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.ML.AdaMix.Encoders;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Runtime.Tests.Checkpoints;
using Microsoft.ML.AdaMix.Scoring;
using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Runtime.Tests.ModelFiles;

/// <summary>
/// How a delta file finds its encoder. Registered encoders are the process's, hence alone. Each test has an encoder of its own, so that
/// none is in memory from another.
/// </summary>
[TestClass]
[DoNotParallelize]
public sealed class DeltaEncoderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _ml = new();

    [TestMethod]
    public void A_pipeline_saved_as_a_delta_file_is_loaded_by_ML_NET_where_its_encoder_is_registered()
    {
        ServedModel model = DeltaFiles.NewModel();
        (ITransformer pipeline, IDataView rows) = DeltaFiles.Pipeline(model);
        PretrainedEncoder encoder = EncoderFolders.Write(_folder, model.Tuned.Encoder);
        string path = Path.Combine(_folder.Path, "task.zip");
        _ml.Model.SaveDelta(pipeline, rows.Schema, path, DeltaPrecision.Exact);
        Assert.IsLessThan(new FileInfo(Path.Combine(_folder.Path, "model.safetensors")).Length, new FileInfo(path).Length);

        using IDisposable registration = encoder.Register();
        ITransformer loaded = new MLContext().Model.Load(path, out DataViewSchema schema);

        Assert.AreEqual(rows.Schema.Count, schema.Count);
        CollectionAssert.AreEqual(
            pipeline.Transform(rows).GetColumn<string>("PredictedLabel").ToArray(),
            loaded.Transform(rows).GetColumn<string>("PredictedLabel").ToArray());
    }

    [TestMethod]
    public void Without_its_encoder_a_delta_file_says_which_one_it_needs_and_what_to_do()
    {
        byte[] file = SaveAndForget(out string hash);
        GC.Collect();

        EncoderNotFoundException error = Assert.IsInstanceOfType<EncoderNotFoundException>(
            Assert.ThrowsExactly<TargetInvocationException>(() => SavedModels.Load(file)).InnerException);

        Assert.Contains("'random' (Roberta, 2 layers, hidden size 16)", error.Message);
        Assert.Contains(hash, error.Message);
        Assert.AreEqual("random", error.EncoderName);
        Assert.AreEqual(hash, error.EncoderSha256);
        Assert.Contains(".Register()", error.Message);
        Assert.Contains("LoadDelta", error.Message);
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
        using IDisposable wrong = EncoderFolders.Write(other, DeltaFiles.NewModel().Tuned.Encoder).Register();
        using IDisposable missing = PretrainedEncoder.FromFolder(Path.Combine(_folder.Path, "nowhere")).Register();

        Assert.HasCount(3, Classifiers.Scores(SavedModels.Load(file), Classifiers.Rows(1))[0]);
    }

    [TestMethod]
    public void What_registered_encoders_are_instead_is_said()
    {
        byte[] file = SaveAndForget(out _);
        using TemporaryFolder other = new();
        GC.Collect();
        using IDisposable wrong = EncoderFolders.Write(other, DeltaFiles.NewModel().Tuned.Encoder).Register();
        using IDisposable missing = PretrainedEncoder.FromFolder(Path.Combine(_folder.Path, "nowhere")).Register();

        Exception error = Assert.ThrowsExactly<TargetInvocationException>(() => SavedModels.Load(file)).InnerException!;

        Assert.Contains($"'{other.Path}': SHA-256 ", error.Message);
        Assert.Contains("other weights", error.Message);
        Assert.Contains("nowhere': cannot be read", error.Message);
    }

    [TestMethod]
    public void A_wrong_encoder_given_to_LoadDelta_is_refused_with_both_names_and_hashes_even_where_the_right_one_is_in_memory()
    {
        ServedModel model = DeltaFiles.NewModel();
        byte[] file = DeltaFiles.Save(Classifiers.Transformer(model), DeltaPrecision.Compact);
        LoadedEncoder other = DeltaFiles.NewModel().Tuned.Encoder;

        InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(
            () => DeltaFiles.Load(file, EncoderFolders.Write(_folder, other)));

        Assert.Contains($"'{_folder.Path}'", error.Message);
        Assert.Contains("'random'", error.Message);
        Assert.Contains(EncoderIdentity.Compute(model.Tuned.Encoder).Sha256(), error.Message);
        Assert.Contains(EncoderIdentity.Compute(other).Sha256(), error.Message);
        Assert.Contains("other weights", error.Message);
        GC.KeepAlive(model);
    }

    [TestMethod]
    public void LoadDelta_says_what_is_wrong_with_a_whole_pipeline_too()
    {
        (ITransformer pipeline, _) = DeltaFiles.Pipeline(DeltaFiles.NewModel());
        byte[] file = DeltaFiles.Save(pipeline, DeltaPrecision.Compact);
        PretrainedEncoder other = EncoderFolders.Write(_folder, DeltaFiles.NewModel().Tuned.Encoder);

        Assert.Contains("other weights", Assert.ThrowsExactly<InvalidDataException>(() => DeltaFiles.Load(file, other)).Message);
    }

    [TestMethod]
    public void Another_tokenizer_on_the_same_weights_is_another_encoder_and_its_file_is_named()
    {
        LoadedEncoder encoder = DeltaFiles.NewModel().Tuned.Encoder;
        byte[] file = DeltaFiles.Save(Classifiers.Transformer(
            Classifiers.Model() with { Tuned = DeltaFiles.NewModel().Tuned with { Encoder = encoder } }), DeltaPrecision.Compact);
        PretrainedEncoder folder = EncoderFolders.Write(_folder, encoder);
        _folder.Write("tokenizer_config.json", "{}");

        InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(() => DeltaFiles.Load(file, folder));

        Assert.Contains("the same weights and another tokenizer (tokenizer_config.json, which it has and should not)", error.Message);
    }

    [TestMethod]
    public void An_encoder_of_another_shape_is_refused_before_its_weights_are_read()
    {
        byte[] file = DeltaFiles.Save(Classifiers.Transformer(DeltaFiles.NewModel()), DeltaPrecision.Compact);
        _folder.Write("config.json", EncoderFolder.ConfigJson(EncoderFamily.Bert));

        InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(
            () => DeltaFiles.Load(file, PretrainedEncoder.FromFolder(_folder.Path)));

        Assert.Contains("it is BERT with 2 layers, hidden size 16 and 50 tokens", error.Message);
    }

    [TestMethod]
    public void The_embedded_encoder_is_found_without_being_registered()
    {
        LoadedEncoder mini = PretrainedEncoder.RobertaMini.Load();
        TunedModel model = TestModels.Model(mini, outputs: 3) with { Input = new TextInput(64, SpecialTokensInText: false) };
        AdaMixTransformer saved = Classifiers.Transformer(Classifiers.Model() with { Tuned = model });
        byte[] file = DeltaFiles.Save(saved, DeltaPrecision.Exact);

        AdaMixTransformer loaded = SavedModels.LoadClassifier(file);

        Assert.AreSame(PretrainedEncoder.RobertaMini.Load(), loaded.Model.Tuned.Encoder);
        Classifiers.AreEqual(Classifiers.Scores(saved, Classifiers.Rows(3)), Classifiers.Scores(loaded, Classifiers.Rows(3)));
        GC.KeepAlive(mini);
    }

    public void Dispose() => _folder.Dispose();

    // The encoder is forgotten with the caller's next collection.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private byte[] SaveAndForget(out string hash, bool writeFolder = false)
    {
        ServedModel model = DeltaFiles.NewModel();
        hash = EncoderIdentity.Compute(model.Tuned.Encoder).Sha256();
        if (writeFolder)
        {
            EncoderFolders.Write(_folder, model.Tuned.Encoder);
        }

        return DeltaFiles.Save(Classifiers.Transformer(model), DeltaPrecision.Compact);
    }
}
