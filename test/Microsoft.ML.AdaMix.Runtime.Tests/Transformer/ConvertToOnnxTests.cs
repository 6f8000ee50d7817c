using Microsoft.ML.AdaMix.Scoring;
using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Transformer;

/// <summary>ML.NET's own conversion would leave the model out of the graph and say nothing.</summary>
[TestClass]
public class ConvertToOnnxTests
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly AdaMixTransformer _model = Classifiers.Transformer();
    private IDataView _data = null!;

    [TestInitialize]
    public void Load() => _data = _ml.Data.LoadFromEnumerable(Classifiers.Rows(5));

    [TestMethod]
    public void A_model_is_refused_and_ExportOnnx_is_named() => Refuses(_model);

    [TestMethod]
    public void A_pipeline_with_transforms_before_and_after_the_model_is_refused() => Refuses(new TransformerChain<ITransformer>(
        _ml.Transforms.CopyColumns("Copy", "Text").Fit(_data),
        _model,
        _ml.Transforms.CopyColumns("Features", "Score").Fit(_model.Transform(_data))));

    [TestMethod]
    public void A_pipeline_is_refused_where_a_transform_behind_the_model_cannot_be_converted_either() =>
        Refuses(new TransformerChain<ITransformer>(
            _model,
            _ml.Transforms.CustomMapping<TextScore, Doubled>((from, to) => to.Double = from.PredictedLabel * 2, null)
                .Fit(_model.Transform(_data))));

    [TestMethod]
    public void A_pipeline_without_the_model_is_converted_as_before()
    {
        using MemoryStream stream = new();

        _ml.Model.ConvertToOnnx(_ml.Transforms.CopyColumns("Copy", "Number").Fit(_data), _data, stream);

        Assert.IsGreaterThan(0, stream.Length);
    }

    private void Refuses(ITransformer model)
    {
        using MemoryStream stream = new();
        NotSupportedException error = Assert.ThrowsExactly<NotSupportedException>(
            () => _ml.Model.ConvertToOnnx(model, _data, stream));
        Assert.Contains(nameof(AdaMixTransformer.ExportOnnx), error.Message);
        Assert.ThrowsExactly<NotSupportedException>(() => _ml.Model.ConvertToOnnx(model, _data, 12, stream));
        Assert.ThrowsExactly<NotSupportedException>(() => _ml.Model.ConvertToOnnx(model, _data, stream, "Score"));
        Assert.AreEqual(0, stream.Length);
    }

    private sealed class Doubled
    {
        public uint Double { get; set; }
    }
}
