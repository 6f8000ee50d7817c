using Microsoft.ML.AdaMix.Hosting;
using Microsoft.ML.AdaMix.Runtime.Tests.ModelFiles;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.AdaMix.Scoring;

/// <summary>
/// A sweep of Microsoft.ML.AutoML cancels the context of every trial when the trial is over; the best model lives on in such a context.
/// </summary>
[TestClass]
public sealed class CancelledContextTests : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly TextRow[] _rows = Classifiers.Rows(40);
    private float[][] _expected = null!;
    private AdaMixTransformer _model = null!;
    private IDataView _data = null!;

    [TestInitialize]
    public void Create()
    {
        _model = new AdaMixTransformer(_ml, Classifiers.Model());
        _data = _ml.Data.LoadFromEnumerable(_rows);
        _expected = Classifiers.Scores(_model, _rows);
    }

    public void Dispose() => _model.Dispose();

    [TestMethod]
    public void A_model_whose_context_was_cancelled_scores_views_made_since()
    {
        Contexts.Cancel(_ml);

        Classifiers.AreEqual(_expected, Classifiers.Scores(_model.Transform(_data)));
        Assert.HasCount(40, _ml.Data.CreateEnumerable<TextScore>(_model.Transform(_data), reuseRowObject: false).ToArray());
        Assert.HasCount(4, _model.Preview(_data, maxRows: 4).RowView);
    }

    [TestMethod]
    public void Chains_caches_and_engines_on_a_cancelled_context_work()
    {
        Contexts.Cancel(_ml);
        TransformerChain<AdaMixTransformer> chain = _ml.Transforms.CopyColumns("Copy", "Text").Fit(_data).Append(_model);
        IDataView cached = _ml.Data.Cache(chain.Transform(_data));
        using PredictionEngine<TextRow, TextScore> engine = _ml.Model.CreatePredictionEngine<TextRow, TextScore>(chain);

        Classifiers.AreEqual(_expected, Classifiers.Scores(cached));
        Classifiers.AreEqual(_expected, Classifiers.Scores(cached));
        Classifiers.AreClose(_expected, [.. _rows.Select(row => engine.Predict(row).Score)], 1e-5f);
    }

    [TestMethod]
    public void A_model_is_saved_from_a_cancelled_context_and_loaded_into_one()
    {
        Contexts.Cancel(_ml);
        using MemoryStream file = new();
        _ml.Model.Save(_model, _data.Schema, file);
        file.Position = 0;

        ITransformer loaded = _ml.Model.Load(file, out _);

        Classifiers.AreEqual(_expected, Classifiers.Scores(loaded.Transform(_data)));
    }

    [TestMethod]
    public void Evaluation_and_cross_validation_on_a_cancelled_context_work()
    {
        ValueToKeyMappingTransformer labels = _ml.Transforms.Conversion.MapValueToKey("Label")
            .Fit(_ml.Data.LoadFromEnumerable(Classifiers.Names.Select(name => new TextRow { Label = name })));
        double expected = _ml.MulticlassClassification.Evaluate(_model.Transform(labels.Transform(_data))).LogLoss;
        Contexts.Cancel(_ml);
        IDataView keyed = labels.Transform(_data);

        Assert.AreEqual(expected, _ml.MulticlassClassification.Evaluate(_model.Transform(keyed)).LogLoss);
        var folds = _ml.MulticlassClassification.CrossValidate(keyed, new Fitted(_model), numberOfFolds: 2);
        Assert.AreEqual(40, folds.Sum(fold => Classifiers.Scores(fold.ScoredHoldOutSet).Length));
    }

    [TestMethod]
    public void A_multi_label_model_is_evaluated_on_a_cancelled_context()
    {
        Contexts.Cancel(_ml);
        Labels[] rows = [new Labels { Label = [true, false], Score = [0.9f, 0.2f], PredictedLabel = [true, false] }];

        Assert.AreEqual(1, _ml.MultiLabelClassification.Evaluate(_ml.Data.LoadFromEnumerable(rows)).MicroF1);
    }

    [TestMethod]
    public void A_multi_label_evaluation_ends_when_its_context_is_cancelled_meanwhile()
    {
        IEnumerable<Labels> Read()
        {
            yield return new Labels();
            Contexts.Cancel(_ml);
            yield return new Labels();
        }

        Assert.ThrowsExactly<OperationCanceledException>(
            () => _ml.MultiLabelClassification.Evaluate(_ml.Data.LoadFromEnumerable(Read())));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void A_view_that_is_being_read_ends_when_its_context_is_cancelled(bool wasReadBefore)
    {
        IDataView scored = _model.Transform(_data);
        if (wasReadBefore)
        {
            Classifiers.Scores(scored);
        }

        using DataViewRowCursor cursor = scored.GetRowCursor(scored.Schema);
        ValueGetter<VBuffer<float>> score = cursor.GetGetter<VBuffer<float>>(scored.Schema["Score"]);
        VBuffer<float> value = default;
        Assert.IsTrue(cursor.MoveNext());
        score(ref value);

        Contexts.Cancel(_ml);

        Assert.ThrowsExactly<OperationCanceledException>(() => cursor.MoveNext());
    }

    [TestMethod]
    public void A_view_that_waits_to_be_scored_ends_when_its_context_is_cancelled_and_one_that_was_scored_can_be_read_again()
    {
        IDataView waiting = _model.Transform(_data);
        IDataView done = _model.Transform(_data);
        Classifiers.Scores(done);

        Contexts.Cancel(_ml);

        Assert.ThrowsExactly<OperationCanceledException>(() => Classifiers.Scores(waiting));
        Classifiers.AreEqual(_expected, Classifiers.Scores(done));
    }

    [TestMethod]
    public void A_view_that_was_read_in_part_can_be_read_once_its_context_is_cancelled()
    {
        IDataView looked = _model.Transform(_data);
        IDataView moved = _model.Transform(_data);
        IDataView passed = _model.Transform(_data);
        Assert.HasCount(3, looked.Preview(maxRows: 3).RowView);
        using (DataViewRowCursor cursor = moved.GetRowCursor(moved.Schema))
        {
            Assert.IsTrue(cursor.MoveNext());
        }

        Assert.HasCount(40, passed.GetColumn<int>("Number").ToArray());

        Contexts.Cancel(_ml);

        foreach (IDataView view in (IDataView[])[looked, moved, passed])
        {
            Classifiers.AreEqual(_expected, Classifiers.Scores(view));
            Classifiers.AreEqual(_expected, Classifiers.Scores(view));
        }
    }

    [TestMethod]
    public void All_cursors_that_a_view_has_when_its_context_is_cancelled_end()
    {
        IDataView scored = _model.Transform(_data);
        using DataViewRowCursor first = scored.GetRowCursor(scored.Schema);
        using DataViewRowCursor second = scored.GetRowCursor(scored.Schema);
        Assert.IsTrue(second.MoveNext());

        Contexts.Cancel(_ml);

        Assert.ThrowsExactly<OperationCanceledException>(() => first.MoveNext());
        Assert.ThrowsExactly<OperationCanceledException>(() => second.MoveNext());
        Classifiers.AreEqual(_expected, Classifiers.Scores(scored));
    }

    [TestMethod]
    public void Cancelling_a_context_before_a_model_is_made_on_it_stops_nothing()
    {
        Contexts.Cancel(_ml);
        using AdaMixTransformer model = SavedModels.LoadClassifier(SavedModels.Save(new AdaMixTransformer(_ml, Classifiers.Model())));

        Classifiers.AreEqual(_expected, Classifiers.Scores(new AdaMixTransformer(_ml, model.Model).Transform(_data)));
    }

    private sealed class Labels
    {
        [VectorType(2)]
        public bool[] Label { get; set; } = [true, false];

        [VectorType(2)]
        public float[] Score { get; set; } = [0.9f, 0.2f];

        [VectorType(2)]
        public bool[] PredictedLabel { get; set; } = [true, false];
    }

    private sealed class Fitted(ITransformer transformer) : IEstimator<ITransformer>
    {
        public ITransformer Fit(IDataView input) => transformer;

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => inputSchema;
    }
}
