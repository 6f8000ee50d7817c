using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.AdaMix.Scoring;

/// <summary>The transformer among ML.NET's own: chains, evaluation, cross-validation, preview.</summary>
[TestClass]
public class EvaluationTests
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly AdaMixTransformer _classifier = Classifiers.Transformer();

    [TestMethod]
    public void Evaluate_counts_the_rows_whose_label_was_predicted()
    {
        IDataView scored = Chain().Transform(Data(Classifiers.Rows(100)));

        MulticlassClassificationMetrics metrics = _ml.MulticlassClassification.Evaluate(scored);

        double expected = scored.GetColumn<uint>("Label").Zip(
            scored.GetColumn<uint>("PredictedLabel"), (label, predicted) => label == predicted ? 1 : 0).Average();
        Assert.AreEqual(expected, metrics.MicroAccuracy, 1e-9);
        Assert.AreEqual(3, metrics.ConfusionMatrix.NumberOfClasses);
    }

    [TestMethod]
    public void Evaluate_leaves_out_a_row_whose_label_was_unseen_in_training()
    {
        TextRow[] known = Classifiers.Rows(20);
        TextRow[] withUnseen = [.. known, new TextRow { Text = "abc", Label = "mineral" }];

        MulticlassClassificationMetrics expected = _ml.MulticlassClassification.Evaluate(Chain().Transform(Data(known)));
        MulticlassClassificationMetrics metrics = _ml.MulticlassClassification.Evaluate(Chain().Transform(Data(withUnseen)));

        Assert.AreEqual(expected.MicroAccuracy, metrics.MicroAccuracy);
        Assert.AreEqual(expected.LogLoss, metrics.LogLoss);
        Assert.AreEqual(20, metrics.ConfusionMatrix.Counts.Sum(row => row.Sum()));
    }

    [TestMethod]
    public void MapKeyToValue_gives_the_class_names()
    {
        IDataView scored = Chain().Transform(Data(Classifiers.Rows(50)));

        IDataView named = _ml.Transforms.Conversion.MapKeyToValue("Name", "PredictedLabel").Fit(scored).Transform(scored);

        CollectionAssert.AreEqual(
            named.GetColumn<uint>("PredictedLabel").Select(key => Classifiers.Names[key - 1]).ToArray(),
            named.GetColumn<string>("Name").ToArray());
    }

    [TestMethod]
    public void Cross_validation_evaluates_every_fold()
    {
        IDataView labelled = _ml.Transforms.Conversion.MapValueToKey("Label").Fit(Keys()).Transform(Data(Classifiers.Rows(90)));

        IReadOnlyList<TrainCatalogBase.CrossValidationResult<MulticlassClassificationMetrics>> folds =
            _ml.MulticlassClassification.CrossValidate(labelled, new Fitted(_classifier), numberOfFolds: 3);

        Assert.HasCount(3, folds);
        Assert.AreEqual(90, folds.Sum(fold => Classifiers.Scores(fold.ScoredHoldOutSet).Length));
    }

    [TestMethod]
    public void Preview_shows_the_rows_with_their_scores()
    {
        DataDebuggerPreview preview = _classifier.Preview(Data(Classifiers.Rows(10)), maxRows: 4);

        Assert.HasCount(4, preview.RowView);
        Assert.AreEqual("Score", preview.RowView[0].Values[^1].Key);
    }

    [TestMethod]
    public void Transformers_before_and_after_the_classifier_work_in_batches_and_in_engines()
    {
        IDataView rows = Data(Classifiers.Rows(10));
        ITransformer before = _ml.Transforms.CopyColumns("Original", "Text").Append(_ml.Transforms.Text.NormalizeText("Text")).Fit(rows);
        TransformerChain<AdaMixTransformer> both = before.Append(_classifier);
        TransformerChain<KeyToValueMappingTransformer> chain = both.Append(
            _ml.Transforms.Conversion.MapKeyToValue("PredictedLabel").Fit(both.Transform(rows)));
        IDataView scored = chain.Transform(rows);
        using PredictionEngine<TextRow, Named> engine = _ml.Model.CreatePredictionEngine<TextRow, Named>(chain);

        string[] batch = [.. scored.GetColumn<string>("PredictedLabel")];

        CollectionAssert.AreEqual(batch, Classifiers.Rows(10).Select(row => engine.Predict(row).PredictedLabel).ToArray());
        Assert.IsTrue(Array.TrueForAll(batch, name => Classifiers.Names.Contains(name, StringComparer.Ordinal)));
    }

    private IDataView Data(IEnumerable<TextRow> rows) => _ml.Data.LoadFromEnumerable(rows);

    // The classes in the classifier's order.
    private IDataView Keys() => Data(Classifiers.Names.Select(name => new TextRow { Label = name }));

    private TransformerChain<AdaMixTransformer> Chain() => _ml.Transforms.Conversion.MapValueToKey("Label").Fit(Keys()).Append(_classifier);

    private sealed class Fitted(ITransformer transformer) : IEstimator<ITransformer>
    {
        public ITransformer Fit(IDataView input) => transformer;

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => inputSchema;
    }

    private sealed class Named
    {
        public string PredictedLabel { get; set; } = string.Empty;
    }
}
