using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Runtime.Tests.ModelFiles;
using Microsoft.ML.AdaMix.Scoring;

namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>A model that was scored, dropped and collected leaves nothing; one that is disposed leaves nothing at once.</summary>
[TestClass]
[DoNotParallelize]
public class ForgottenModelTests
{
    [TestMethod]
    [DataRow(ServingPrecision.Float32)]
    [DataRow(ServingPrecision.Int8)]
    public void The_weights_of_a_model_that_was_scored_and_dropped_are_collected(ServingPrecision precision)
    {
        int before = LiveSessions.Count();
        WeakReference[] weights = [.. Enumerable.Range(1, 3).SelectMany(round => ScoreAndDrop(round, precision))];

        // Threads that took part may not have let go yet on a busy machine; what earlier tests forgot may go meanwhile.
        bool gone = SpinWait.SpinUntil(
            () => LiveSessions.Count() <= before && Array.TrueForAll(weights, weight => !weight.IsAlive),
            TimeSpan.FromMinutes(1));

        Assert.IsTrue(
            gone,
            $"{weights.Count(weight => weight.IsAlive)} of {weights.Length} arrays are there, "
            + $"{NativeSession.Live} sessions after {before}");
    }

    [TestMethod]
    public void The_last_engines_disposal_frees_the_session_at_once()
    {
        int before = LiveSessions.Count();
        byte[] saved = SavedModels.Save(Classifiers.Transformer());
        for (int round = 0; round < 3; round++)
        {
            PredictionEngine<TextRow, TextScore> engine = Engine(SavedModels.Load(saved));
            engine.Predict(Classifiers.Rows(1)[0]);
            Assert.AreEqual(before + 1, NativeSession.Live);
            engine.Dispose();
            Assert.AreEqual(before, NativeSession.Live);
        }
    }

    [TestMethod]
    public void Of_several_engines_the_last_ones_disposal_frees_the_session_in_whatever_order()
    {
        int before = LiveSessions.Count();
        AdaMixTransformer model = Classifiers.Transformer();
        PredictionEngine<TextRow, TextScore>[] engines = [.. Enumerable.Range(0, 4).Select(_ => Engine(model))];
        TextRow row = Classifiers.Rows(1)[0];
        float[][] expected = [.. engines.Skip(1).Select(engine => engine.Predict(row).Score)];

        engines[0].Dispose(); // never predicted
        engines[2].Dispose();
        Assert.AreEqual(before + 1, NativeSession.Live);
        Classifiers.AreEqual([expected[0], expected[2]], [engines[1].Predict(row).Score, engines[3].Predict(row).Score]);
        engines[3].Dispose();
        Assert.AreEqual(before + 1, NativeSession.Live);
        engines[1].Dispose();

        Assert.AreEqual(before, NativeSession.Live);
        GC.KeepAlive(model);
    }

    [TestMethod]
    public void An_engine_goes_on_predicting_after_its_transformer_was_disposed()
    {
        AdaMixTransformer model = Classifiers.Transformer();
        PredictionEngine<TextRow, TextScore> engine = Engine(model);
        TextRow row = Classifiers.Rows(1)[0];
        float[] expected = engine.Predict(row).Score;

        for (int round = 0; round < 3; round++)
        {
            int before = NativeSession.Live;
            model.Dispose();
            Assert.AreEqual(before - 1, NativeSession.Live);
            row.Text += "a"; // not the result that the row remembers
            engine.Predict(row);
        }

        row.Text = Classifiers.Rows(1)[0].Text;
        CollectionAssert.AreEqual(expected, engine.Predict(row).Score);
        engine.Dispose();
    }

    [TestMethod]
    public void Engines_that_were_dropped_do_not_hold_back_the_session_of_those_that_are_disposed()
    {
        int before = LiveSessions.Count();
        AdaMixTransformer model = Classifiers.Transformer();
        PredictAndDrop(model);
        LiveSessions.Count();
        PredictionEngine<TextRow, TextScore> engine = Engine(model);
        engine.Predict(Classifiers.Rows(1)[0]);
        int open = NativeSession.Live; // with what an earlier test forgot, which may go at any time but hardly just now

        engine.Dispose();

        Assert.AreEqual(open - 1, NativeSession.Live);
        Assert.IsLessThanOrEqualTo(before, NativeSession.Live);
    }

    [TestMethod]
    public void Predictions_while_the_transformer_is_disposed_over_and_over_are_right()
    {
        AdaMixTransformer model = Classifiers.Transformer();
        TextRow[] rows = Classifiers.Rows(60);
        float[][] expected = Classifiers.Scores(model, rows);
        using PredictionEngine<TextRow, TextScore> engine = Engine(model);
        float[][] found = new float[rows.Length][];
        bool done = false;
        Thread disposing = new(() =>
        {
            while (!Volatile.Read(ref done))
            {
                model.Dispose();
            }
        });
        disposing.Start();
        try
        {
            for (int i = 0; i < rows.Length; i++)
            {
                found[i] = engine.Predict(rows[i]).Score;
            }
        }
        finally
        {
            Volatile.Write(ref done, true);
            disposing.Join();
        }

        Classifiers.AreClose(expected, found, 1e-5f);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference[] ScoreAndDrop(int seed, ServingPrecision precision)
    {
        ServedModel served = Classifiers.Model(encoderSeed: seed) with { Precision = precision };
        AdaMixTransformer model = Classifiers.Transformer(served);
        Assert.HasCount(5, Classifiers.Scores(model, Classifiers.Rows(5)));
        Engine(model).Predict(Classifiers.Rows(1)[0]);
        return [.. served.Tuned.Encoder.Weights.Values.Select(tensor =>
            MemoryMarshal.TryGetArray(tensor.Values, out ArraySegment<float> values)
                ? new WeakReference(values.Array)
                : throw new InvalidOperationException("The test's weights lie in arrays."))];
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void PredictAndDrop(AdaMixTransformer model)
    {
        for (int i = 0; i < 3; i++)
        {
            Engine(model).Predict(Classifiers.Rows(1)[0]);
        }
    }

    private static PredictionEngine<TextRow, TextScore> Engine(ITransformer model) =>
        new MLContext().Model.CreatePredictionEngine<TextRow, TextScore>(model);
}
