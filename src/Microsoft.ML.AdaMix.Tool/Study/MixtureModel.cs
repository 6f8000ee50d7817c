namespace Microsoft.ML.AdaMix.Tool.Study;

/// <summary>Experts, which predict merged or in other ways.</summary>
internal sealed class MixtureModel(TrainedMixture mixture, CancellationToken cancellation) : ITrialModel
{
    private (InferenceMode Inference, AdaMixTransformer Model)? _open;

    public int? Experts => mixture.Experts;

    public IDataView Score(InferenceMode inference, IDataView rows)
    {
        if (_open?.Inference != inference)
        {
            _open?.Model.Dispose();
            _open = (inference, inference.CreateModel(mixture));
        }

        return _open.Value.Model.Transform(rows, cancellation);
    }

    public void Save(string path) => mixture.Save(path);

    public void Dispose()
    {
        _open?.Model.Dispose();
        mixture.Dispose();
    }
}
