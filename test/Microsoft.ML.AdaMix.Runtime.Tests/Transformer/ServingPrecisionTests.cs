using Microsoft.ML.AdaMix.Scoring;
using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Transformer;

[TestClass]
public class ServingPrecisionTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void Models_score_in_float32_unless_told_otherwise() =>
        Assert.AreEqual(ServingPrecision.Float32, Classifiers.Transformer().ServingPrecision);

    [TestMethod]
    public void Another_precision_makes_another_transformer_and_leaves_the_first()
    {
        using AdaMixTransformer float32 = Classifiers.Transformer();
        using AdaMixTransformer int8 = float32.WithServingPrecision(ServingPrecision.Int8);

        Assert.AreEqual(ServingPrecision.Float32, float32.ServingPrecision);
        Assert.AreEqual(ServingPrecision.Int8, int8.ServingPrecision);
        Assert.AreSame(float32.Model.Tuned, int8.Model.Tuned);
        CollectionAssert.AreNotEqual(Scores(float32)[3], Scores(int8)[3]);
    }

    [TestMethod]
    [DataRow(ServingPrecision.Float32)]
    [DataRow(ServingPrecision.Int8)]
    [DataRow(ServingPrecision.Auto)]
    public void A_saved_pipeline_keeps_its_precision(ServingPrecision precision)
    {
        using AdaMixTransformer model = Classifiers.Transformer().WithServingPrecision(precision);
        using MemoryStream file = new();
        _ml.Model.Save(new TransformerChain<ITransformer>(model), _ml.Data.LoadFromEnumerable(Classifiers.Rows(1)).Schema, file);
        file.Position = 0;

        AdaMixTransformer loaded = ((IEnumerable<ITransformer>)_ml.Model.Load(file, out _)).OfType<AdaMixTransformer>().Single();

        Assert.AreEqual(precision, loaded.ServingPrecision);
    }

    [TestMethod]
    public void A_whole_pipeline_changes_its_precision_and_predicts_as_its_transformer_does()
    {
        IDataView rows = _ml.Data.LoadFromEnumerable(Classifiers.Rows(20));
        AdaMixTransformer model = Classifiers.Transformer();
        ITransformer pipeline = new TransformerChain<ITransformer>(
            model, _ml.Transforms.CopyColumns("Copy", "Score").Fit(model.Transform(rows)));

        ITransformer int8 = pipeline.WithServingPrecision(ServingPrecision.Int8);

        float[][] expected = Scores(model.WithServingPrecision(ServingPrecision.Int8));
        float[][] found = [.. int8.Transform(rows).GetColumn<float[]>("Copy")];
        Assert.HasCount(expected.Length, found);
        for (int row = 0; row < expected.Length; row++)
        {
            CollectionAssert.AreEqual(expected[row], found[row]);
        }
    }

    [TestMethod]
    public void A_pipeline_without_an_AdaMix_model_says_so()
    {
        ITransformer other = _ml.Transforms.CopyColumns("Copy", "Text").Fit(_ml.Data.LoadFromEnumerable(Classifiers.Rows(1)));

        ArgumentException error = Assert.ThrowsExactly<ArgumentException>(() => other.WithServingPrecision(ServingPrecision.Int8));

        StringAssert.Contains(error.Message, nameof(AdaMixTransformer), StringComparison.Ordinal);
    }

    [TestMethod]
    public void A_precision_that_does_not_exist_is_refused() =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Classifiers.Transformer().WithServingPrecision((ServingPrecision)7));

    private float[][] Scores(AdaMixTransformer model) =>
        [.. model.Transform(_ml.Data.LoadFromEnumerable(Classifiers.Rows(20))).GetColumn<float[]>("Score")];
}
