using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Runtime.Tests.Checkpoints;
using Microsoft.ML.AdaMix.Scoring;

namespace Microsoft.ML.AdaMix.Runtime.Tests.ModelFiles;

/// <summary>What saving and loading a model with a large encoder takes. Counts the process's native bytes, hence alone.</summary>
[TestClass]
[DoNotParallelize]
public sealed class ModelMemoryTests : IDisposable
{
    private static readonly EncoderConfig Large = TestModels.Config(EncoderFamily.Roberta) with {
        VocabularySize = 261, MaxPositions = 150_000 };

    // As many values as the encoder's largest tensor, 9.6 MB.
    private const long Part = 150_000 * 16 * sizeof(float);

    private readonly TemporaryFolder _folder = new();
    private long _before;

    private string File => Path.Combine(_folder.Path, "model.zip");

    [TestInitialize]
    public void Forget_regions_of_other_tests() => _before = LiveBytes.Count();

    [TestMethod]
    public void Saving_allocates_no_copy_of_the_encoder()
    {
        AdaMixTransformer model = Classifiers.Transformer(Model(StorageType.Float32, seed: 21));

        Assert.IsLessThan(Part / 2, Allocated(() => new MLContext().Model.SaveAtomically(model, null, File)));
    }

    [TestMethod]
    public void A_loaded_encoder_of_float32_is_one_native_buffer_and_nothing_else()
    {
        Save(StorageType.Float32, seed: 22);
        AdaMixTransformer? model = null;

        long allocated = Allocated(() => model = Load());

        Assert.IsLessThan(Part / 2, allocated);
        Assert.IsGreaterThan(_before + Part, NativeBytes.Live);
        Assert.IsLessThan(_before + (Part * 5 / 4), NativeBytes.Live);
        GC.KeepAlive(model);
    }

    [TestMethod]
    public void The_bytes_of_halves_are_gone_when_the_model_is_loaded()
    {
        Save(StorageType.Float16, seed: 23);

        AdaMixTransformer model = Load();

        // What is left is the part with adapters and head.
        Assert.IsLessThan(_before + (Part / 10), NativeBytes.Live);
        Assert.AreEqual(StorageType.Float16, model.Model.Tuned.Encoder["embeddings.position_embeddings.weight"].Storage);
    }

    [TestMethod]
    public void The_encoder_of_a_model_in_memory_is_checked_without_being_read_again()
    {
        Save(StorageType.Float32, seed: 24);
        AdaMixTransformer first = Load();
        long one = NativeBytes.Live;
        AdaMixTransformer? second = null;

        long allocated = Allocated(() => second = Load());

        Assert.AreSame(first.Model.Tuned.Encoder, second!.Model.Tuned.Encoder);
        Assert.IsLessThan(Part / 2, allocated);
        Assert.IsLessThan(one + (Part / 10), NativeBytes.Live);
    }

    [TestMethod]
    [DataRow("AdaMix.encoder")]
    [DataRow("AdaMix.tokenizer.vocab.json")]
    public void An_altered_part_of_an_encoder_in_memory_is_named(string part)
    {
        byte[] saved = SavedModels.Save(Classifiers.Transformer(Classifiers.Model(encoderSeed: 25)));
        AdaMixTransformer loaded = SavedModels.LoadClassifier(saved);
        byte[] altered = SavedModels.WithEntry(
            saved, Array.Find(SavedModels.Entries(saved), name => name.EndsWith(part, StringComparison.Ordinal))!, content =>
        {
            content[^2] ^= 1;
            return content;
        });

        Exception? error = Assert.ThrowsExactly<TargetInvocationException>(() => SavedModels.Load(altered)).InnerException;

        Assert.Contains($"'{part}'", Assert.IsInstanceOfType<InvalidDataException>(error).Message);
        GC.KeepAlive(loaded);
    }

    [TestMethod]
    public void A_refused_model_leaves_no_memory_behind()
    {
        byte[] saved = SavedModels.Save(Classifiers.Transformer(Classifiers.Model(encoderSeed: 26)));
        byte[] altered = SavedModels.WithEntry(
            saved, Array.Find(SavedModels.Entries(saved), name => name.EndsWith("AdaMix.encoder", StringComparison.Ordinal))!, content =>
        {
            content[^2] ^= 1;
            return content;
        });

        Assert.ThrowsExactly<TargetInvocationException>(() => SavedModels.Load(altered));

        Assert.AreEqual(_before, NativeBytes.Live);
    }

    [TestMethod]
    public void A_forgotten_model_goes_by_finalisation()
    {
        Save(StorageType.Float32, seed: 27);

        LoadAndForget();

        Assert.AreEqual(_before, LiveBytes.Count());
    }

    public void Dispose() => _folder.Dispose();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void LoadAndForget()
    {
        Assert.HasCount(3, Classifiers.Scores(Load(), Classifiers.Rows(1))[0]);
        Assert.IsGreaterThan(_before + Part, NativeBytes.Live);
    }

    private void Save(StorageType storage, int seed) =>
        new MLContext().Model.Save(Classifiers.Transformer(Model(storage, seed)), null, File);

    private AdaMixTransformer Load()
    {
        ITransformer loaded = new MLContext().Model.Load(File, out _);
        return loaded as AdaMixTransformer ?? ((IEnumerable<ITransformer>)loaded).OfType<AdaMixTransformer>().Single();
    }

    private static ServedModel Model(StorageType storage, int seed)
    {
        ServedModel model = Classifiers.Model();
        LoadedEncoder encoder = TestModels.Encoder(Large, seed) with { Tokenizer = model.Tuned.Encoder.Tokenizer };
        encoder = encoder with { Weights = encoder.Weights.ToDictionary(
            weight => weight.Key, weight => weight.Value with { Storage = storage }, StringComparer.Ordinal) };
        return model with { Tuned = model.Tuned with { Encoder = encoder } };
    }

    private static long Allocated(Action action)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
