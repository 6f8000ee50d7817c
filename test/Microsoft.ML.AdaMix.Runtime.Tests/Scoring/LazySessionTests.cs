using System.Runtime.CompilerServices;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Runtime.Tests.ModelFiles;
using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Scoring;

/// <summary>Counts the process's live native sessions, hence alone.</summary>
[TestClass]
[DoNotParallelize]
public class LazySessionTests
{
    private readonly MLContext _ml = new(seed: 1);
    private AdaMixTransformer _classifier = null!;
    private IDataView _rows = null!;
    private int _before;

    [TestInitialize]
    public void Forget_sessions_of_other_tests()
    {
        _classifier = Classifiers.Transformer();
        _rows = _ml.Data.LoadFromEnumerable(Classifiers.Rows(30));
        _before = LiveSessions.Count();
    }

    [TestCleanup]
    public void Cool() => _classifier.Dispose();

    [TestMethod]
    public void Schemas_views_mappers_engines_and_saving_open_no_session()
    {
        AdaMixTransformer loaded = SavedModels.LoadClassifier(SavedModels.Save(_classifier));
        loaded.GetOutputSchema(_rows.Schema);
        IDataView scored = loaded.Transform(_rows);
        IRowToRowMapper mapper = ((ITransformer)loaded).GetRowToRowMapper(_rows.Schema);
        Assert.AreEqual(scored.Schema.Count, mapper.OutputSchema.Count);
        using PredictionEngine<TextRow, TextScore> engine = Engine(loaded);

        Assert.AreEqual(_before, NativeSession.Live);
    }

    [TestMethod]
    public void Reading_columns_that_are_passed_through_opens_no_session()
    {
        IDataView numbers = _ml.Transforms.SelectColumns("Number").Fit(_classifier.Transform(_rows))
            .Transform(_classifier.Transform(_rows));

        Assert.HasCount(5, numbers.Preview(maxRows: 5).RowView);
        Assert.HasCount(30, _classifier.Transform(_rows).GetColumn<string>("Text").ToArray());

        Assert.AreEqual(_before, NativeSession.Live);
    }

    [TestMethod]
    public void Moving_over_rows_whose_scores_are_not_read_opens_no_session()
    {
        IDataView scored = _classifier.Transform(_rows);
        using DataViewRowCursor cursor = scored.GetRowCursor(scored.Schema);
        int rows = 0;
        while (cursor.MoveNext())
        {
            rows++;
        }

        Assert.AreEqual(30, rows);
        Assert.AreEqual(_before, NativeSession.Live);
    }

    [TestMethod]
    public void The_first_score_opens_one_session_that_stays_warm_until_the_transformer_is_disposed()
    {
        IDataView scored = _classifier.Transform(_rows);
        using (DataViewRowCursor cursor = scored.GetRowCursor(scored.Schema))
        {
            ValueGetter<uint> predicted = cursor.GetGetter<uint>(scored.Schema["PredictedLabel"]);
            Assert.IsTrue(cursor.MoveNext());
            Assert.AreEqual(_before, NativeSession.Live);
            uint value = 0;
            predicted(ref value);
            Assert.AreEqual(_before + 1, NativeSession.Live);
        }

        Assert.AreEqual(_before + 1, NativeSession.Live);
        _classifier.Dispose();
        Assert.AreEqual(_before, NativeSession.Live);
    }

    [TestMethod]
    public void Disposing_an_engine_leaves_the_session_of_another_and_all_together_leave_nothing()
    {
        PredictInTwoEngines();

        Assert.AreEqual(_before, NativeSession.Live);
    }

    [TestMethod]
    public void An_engine_that_has_not_predicted_yet_outlives_the_transformers_disposal()
    {
        using PredictionEngine<TextRow, TextScore> engine = Engine(_classifier);

        _classifier.Dispose();

        Assert.HasCount(3, engine.Predict(Classifiers.Rows(1)[0]).Score);
        Assert.AreEqual(_before + 1, NativeSession.Live);
    }

    [TestMethod]
    public void An_engine_disposed_without_a_prediction_frees_nothing_of_others()
    {
        using PredictionEngine<TextRow, TextScore> used = Engine(_classifier);
        float[] expected = used.Predict(Classifiers.Rows(1)[0]).Score;

        Engine(_classifier).Dispose();

        TestModels.AreClose(expected, used.Predict(Classifiers.Rows(1)[0]).Score, 0);
    }

    [TestMethod]
    public void First_scores_on_eight_threads_open_one_session()
    {
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ => Classifiers.Scores(_classifier.Transform(_rows)));

        Assert.AreEqual(_before + 1, NativeSession.Live);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void PredictInTwoEngines()
    {
        PredictionEngine<TextRow, TextScore> first = Engine(_classifier);
        PredictionEngine<TextRow, TextScore> second = Engine(_classifier);
        TextRow row = Classifiers.Rows(1)[0];
        float[] expected = first.Predict(row).Score;
        second.Predict(row);

        first.Dispose();
        Assert.AreEqual(_before + 1, NativeSession.Live);
        TestModels.AreClose(expected, second.Predict(row).Score, 0);
        second.Dispose();
    }

    private PredictionEngine<TextRow, TextScore> Engine(ITransformer model) => _ml.Model.CreatePredictionEngine<TextRow, TextScore>(model);
}
