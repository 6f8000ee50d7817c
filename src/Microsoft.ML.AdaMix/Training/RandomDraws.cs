using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Parameters;

namespace Microsoft.ML.AdaMix.Training;

/// <summary>What every pass of a training draws anew: its experts and its dropout masks. Disposing it frees the masks' generator.</summary>
internal sealed record RandomDraws(Router Router, EncoderDropout Dropout) : IDisposable
{
    /// <summary>The draws of a run; routes and masks have streams of their own.</summary>
    public static RandomDraws Create(TunedClassifier model, TrainingSettings settings) => new(
        Router.For(model.Mixture, model.Encoder.Config.Layers, RandomSource.For(settings.Seed, "routing")),
        new EncoderDropout(
            new Dropout(RandomSource.For(settings.Seed, "dropout"), model.Encoder.Device),
            settings.Dropout.Hidden,
            settings.Dropout.Attention));

    public void Dispose() => Dropout.Dropout.Dispose();
}
