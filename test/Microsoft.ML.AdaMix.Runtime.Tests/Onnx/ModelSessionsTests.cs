using System.Runtime.CompilerServices;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>Counts the process's live native sessions, hence alone.</summary>
[TestClass]
[DoNotParallelize]
public class ModelSessionsTests
{
    private static readonly LoadedEncoder Encoder = TestModels.Encoder(EncoderFamily.Roberta);

    private int _before;

    [TestInitialize]
    public void Forget_sessions_of_other_tests() => _before = LiveSessions.Count();

    [TestMethod]
    public void Leases_on_one_model_share_a_native_session()
    {
        TunedModel model = TestModels.Model(Encoder);
        using IModelSession first = ModelSessions.Open(model);
        using IModelSession second = ModelSessions.Open(model);

        Assert.AreEqual(_before + 1, NativeSession.Live);
    }

    [TestMethod]
    public void Sessions_for_rows_and_for_batches_share_the_encoders_memory_and_score_alike()
    {
        LoadedEncoder encoder = TestModels.Encoder(EncoderFamily.Roberta);
        TunedModel model = TestModels.Model(encoder);
        TokenIds[] rows = TestModels.Rows(encoder.Config, 3, 20);
        int made = EncoderMemory.Made;
        using IModelSession row = ModelSessions.Open(model, ServingPrecision.Float32, SessionUse.Row);
        using IModelSession batches = ModelSessions.Open(model, ServingPrecision.Float32, SessionUse.Batches);

        TestModels.AreClose(TestModels.Score(row, rows), TestModels.Score(batches, rows), 1e-5f);

        Assert.AreEqual(_before + 2, NativeSession.Live);
        Assert.AreEqual(made + 1, EncoderMemory.Made);
    }

    [TestMethod]
    public void Equal_but_distinct_models_have_their_own_sessions()
    {
        TunedModel model = TestModels.Model(Encoder);
        using IModelSession first = ModelSessions.Open(model);
        using IModelSession second = ModelSessions.Open(model with { });

        Assert.AreEqual(_before + 2, NativeSession.Live);
    }

    [TestMethod]
    public void Disposing_one_lease_leaves_the_others_working()
    {
        TunedModel model = TestModels.Model(Encoder);
        IModelSession first = ModelSessions.Open(model);
        using IModelSession second = ModelSessions.Open(model);
        first.Dispose();
        first.Dispose();

        float[] logits = new float[second.Outputs];
        second.Score(TestModels.Rows(Encoder.Config, 5), logits, []);

        Assert.AreEqual(_before + 1, NativeSession.Live);
        Assert.IsTrue(Array.TrueForAll(logits, float.IsFinite));
    }

    [TestMethod]
    public void The_last_lease_takes_the_native_session_with_it()
    {
        TunedModel model = TestModels.Model(Encoder);
        IModelSession first = ModelSessions.Open(model);
        IModelSession second = ModelSessions.Open(model);
        first.Dispose();
        second.Dispose();

        Assert.AreEqual(_before, NativeSession.Live);
    }

    [TestMethod]
    public void A_model_can_be_opened_again_after_its_last_lease()
    {
        TunedModel model = TestModels.Model(Encoder);
        TokenIds[] rows = TestModels.Rows(Encoder.Config, 4, 7);

        CollectionAssert.AreEqual(TestModels.Score(model, rows), TestModels.Score(model, rows));
    }

    [TestMethod]
    public void A_disposed_lease_refuses_to_score()
    {
        TunedModel model = TestModels.Model(Encoder);
        IModelSession lease = ModelSessions.Open(model);
        using IModelSession other = ModelSessions.Open(model);
        lease.Dispose();

        Assert.ThrowsExactly<ObjectDisposedException>(() => lease.Score(TestModels.Rows(Encoder.Config, 3), new float[3], []));
    }

    [TestMethod]
    public void Two_hundred_cycles_leave_nothing_behind()
    {
        for (int cycle = 0; cycle < 200; cycle++)
        {
            using IModelSession lease = ModelSessions.Open(TestModels.Model(Encoder, seed: cycle));
            Assert.AreEqual(_before + 1, NativeSession.Live);
        }

        Assert.AreEqual(_before, NativeSession.Live);
    }

    [TestMethod]
    public void Forgotten_leases_go_by_finalisation()
    {
        TunedModel model = TestModels.Model(Encoder);
        Forget(model);
        Assert.AreEqual(_before, LiveSessions.Count());

        // The encoder's memory was forgotten with them; a new session starts afresh.
        Assert.HasCount(3, TestModels.Score(model, TestModels.Rows(Encoder.Config, 6)));
    }

    [TestMethod]
    public void A_lease_forgotten_beside_a_disposed_one_goes_by_finalisation()
    {
        TunedModel model = TestModels.Model(Encoder);
        Forget(model);
        OpenAndDispose(model);

        Assert.AreEqual(_before, LiveSessions.Count());
    }

    [TestMethod]
    public void Models_on_one_encoder_do_not_mix_their_adapters()
    {
        TunedModel[] models = [.. Enumerable.Range(10, 4).Select(seed => TestModels.Model(Encoder, seed))];
        TokenIds[] rows = TestModels.Rows(Encoder.Config, 9, 5);
        float[][] alone = [.. models.Select(model => TestModels.Score(model, rows))];

        IModelSession[] open = [.. models.Select(ModelSessions.Open)];
        for (int i = 0; i < models.Length; i++)
        {
            CollectionAssert.AreEqual(alone[i], TestModels.Score(models[i], rows));
        }

        CollectionAssert.AreNotEqual(alone[0], alone[1]);
        Array.ForEach(open, lease => lease.Dispose());
    }

    [TestMethod]
    public void Opening_disposing_and_scoring_on_eight_threads_is_safe()
    {
        TunedModel model = TestModels.Model(Encoder);
        TokenIds[] rows = TestModels.Rows(Encoder.Config, 8, 3);
        float[] expected = TestModels.Score(model, rows);

        Parallel.For(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ =>
            CollectionAssert.AreEqual(expected, TestModels.Score(model, rows)));

        Assert.AreEqual(_before, NativeSession.Live);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Forget(TunedModel model)
    {
        IModelSession first = ModelSessions.Open(model);
        IModelSession second = ModelSessions.Open(model);
        Assert.AreEqual(first.Outputs, second.Outputs);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void OpenAndDispose(TunedModel model) => ModelSessions.Open(model).Dispose();
}
