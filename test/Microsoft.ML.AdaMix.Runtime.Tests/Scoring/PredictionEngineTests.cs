using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Scoring;

[TestClass]
public class PredictionEngineTests
{
    [TestMethod]
    public void Eight_engines_in_eight_threads_score_as_one()
    {
        AdaMixTransformer model = Classifiers.Transformer();
        TextRow[] rows = Classifiers.Rows(40);
        using PredictionEngine<TextRow, TextScore> single = Engine(model);
        float[][] expected = [.. rows.Select(row => single.Predict(row).Score)];

        Thread[] threads = new Thread[8];
        Exception?[] failures = new Exception?[8];
        for (int i = 0; i < threads.Length; i++)
        {
            int number = i;
            threads[i] = new Thread(() => failures[number] = Catch(() =>
            {
                using PredictionEngine<TextRow, TextScore> engine = Engine(model);
                Classifiers.AreEqual(expected, [.. rows.Select(row => engine.Predict(row).Score)]);
            }));
            threads[i].Start();
        }

        Array.ForEach(threads, thread => thread.Join());
        Assert.IsTrue(Array.TrueForAll(failures, failure => failure is null), string.Join('\n', failures.OfType<Exception>()));
    }

    [TestMethod]
    public void Disposing_one_engine_leaves_the_others_and_the_transformer_working()
    {
        AdaMixTransformer model = Classifiers.Transformer();
        TextRow[] rows = Classifiers.Rows(3);
        PredictionEngine<TextRow, TextScore> first = Engine(model);
        using PredictionEngine<TextRow, TextScore> second = Engine(model);
        float[] expected = first.Predict(rows[0]).Score;

        first.Dispose();

        TestModels.AreClose(expected, second.Predict(rows[0]).Score, 0);
        TestModels.AreClose(expected, Classifiers.Scores(model, rows)[0], 1e-5f);
        using PredictionEngine<TextRow, TextScore> third = Engine(model);
        TestModels.AreClose(expected, third.Predict(rows[0]).Score, 0);
    }

    [TestMethod]
    public void A_transformer_disposed_while_a_view_is_read_does_not_stop_the_reading()
    {
        AdaMixTransformer model = Classifiers.Transformer();
        IDataView scored = model.Transform(new MLContext().Data.LoadFromEnumerable(Classifiers.Rows(1200)));
        float[][] expected = Classifiers.Scores(scored);
        List<float[]> read = [];

        using DataViewRowCursor cursor = scored.GetRowCursor([scored.Schema["Score"]]);
        ValueGetter<VBuffer<float>> score = cursor.GetGetter<VBuffer<float>>(scored.Schema["Score"]);
        while (cursor.MoveNext())
        {
            model.Dispose();
            VBuffer<float> value = default;
            score(ref value);
            read.Add([.. value.DenseValues()]);
        }

        Classifiers.AreEqual(expected, [.. read]);
    }

    [TestMethod]
    public void A_row_object_that_is_used_again_with_another_text_is_scored_again()
    {
        using PredictionEngine<TextRow, TextScore> engine = Engine(Classifiers.Transformer());
        TextRow row = new() { Text = "abc" };
        float[] first = engine.Predict(row).Score;

        row.Text = "abd";

        CollectionAssert.AreNotEqual(first, engine.Predict(row).Score);
    }

    private static PredictionEngine<TextRow, TextScore> Engine(ITransformer model) =>
        new MLContext().Model.CreatePredictionEngine<TextRow, TextScore>(model);

    private static Exception? Catch(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (Exception error)
        {
            return error;
        }
    }
}
