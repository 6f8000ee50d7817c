namespace Microsoft.ML.AdaMix.Tool.Study;

/// <summary>Experts, which predict merged or in other ways.</summary>
internal sealed class MixtureModel(TrainedMixture mixture) : ITrialModel
{
    private AdaMixTransformer? _model;

    public IDataView Score(InferenceMode inference, IDataView rows)
    {
        _model?.Dispose();
        _model = inference.CreateModel(mixture);
        return _model.Transform(rows);
    }

    public void Save(string path) => mixture.Save(path);

    public void Dispose()
    {
        _model?.Dispose();
        mixture.Dispose();
    }
}
