using System.Runtime.CompilerServices;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Runtime.Tests.ModelFiles;
using Microsoft.ML.AdaMix.Scoring;

namespace Microsoft.ML.AdaMix.Encoders;

[TestClass]
public sealed class PretrainedEncoderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [TestMethod]
    public void Without_a_hold_the_encoder_goes_with_its_last_user()
    {
        PretrainedEncoder encoder = Folder();

        Assert.IsFalse(IsInMemory(Use(encoder)));
    }

    [TestMethod]
    public void A_hold_keeps_what_trial_after_trial_uses_in_memory_so_that_only_the_first_reads_it()
    {
        PretrainedEncoder encoder = Folder();
        using IDisposable hold = encoder.KeepInMemory();
        WeakReference first = Use(encoder);
        Assert.IsTrue(IsInMemory(first));
        File.Delete(Path.Combine(_folder.Path, "config.json")); // a second reading would fail

        for (int trial = 2; trial < 5; trial++)
        {
            Assert.AreSame(first.Target, Use(encoder).Target);
        }
    }

    [TestMethod]
    public void The_last_hold_lets_it_go_however_often_one_is_disposed()
    {
        PretrainedEncoder encoder = Folder();
        IDisposable one = encoder.KeepInMemory();
        IDisposable other = encoder.KeepInMemory();
        WeakReference loaded = Use(encoder);

        one.Dispose();
        one.Dispose();
        Assert.IsTrue(IsInMemory(loaded));

        other.Dispose();
        Assert.IsFalse(IsInMemory(loaded));
    }

    [TestMethod]
    public void A_hold_on_what_cannot_be_read_says_why_and_holds_nothing()
    {
        PretrainedEncoder encoder = PretrainedEncoder.FromFolder(_folder.Path);

        Assert.ThrowsExactly<FileNotFoundException>(() => encoder.KeepInMemory());

        Folder();
        Assert.IsFalse(IsInMemory(Use(encoder)));
    }

    [TestMethod]
    public void A_hold_is_shared_with_models_that_are_loaded_on_it()
    {
        PretrainedEncoder encoder = Folder();
        using IDisposable hold = encoder.KeepInMemory();
        ServedModel model = Classifiers.Model() with { Tuned = TestModels.Model(encoder.Load()) };
        using MemoryStream stream = new();
        MLContext ml = new();
        ml.Model.SaveDelta(Classifiers.Transformer(model), null, stream);
        stream.Position = 0;

        ITransformer loaded = ml.Model.LoadDelta(stream, encoder, out _);

        Assert.AreSame(encoder.Load(), Assert.IsInstanceOfType<AdaMixTransformer>(loaded).Model.Tuned.Encoder);
    }

    public void Dispose() => _folder.Dispose();

    private PretrainedEncoder Folder() => EncoderFolders.Write(_folder, Classifiers.Model(encoderSeed: 400).Tuned.Encoder);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Use(PretrainedEncoder encoder) => new(encoder.Load());

    private static bool IsInMemory(WeakReference loaded)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return loaded.IsAlive;
    }
}
