using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Parameters;

namespace Microsoft.ML.AdaMix.Training;

/// <summary>What every pass of a training draws anew: its experts, and the keys of its rows' dropout masks.</summary>
/// <param name="Router">Draws experts.</param>
/// <param name="Routes">Where it draws from.</param>
/// <param name="Masks">Draws keys.</param>
internal sealed record RandomDraws(Router Router, RandomSource Routes, RandomSource Masks)
{
    /// <summary>The draws of a run; routes and masks have streams of their own.</summary>
    public static RandomDraws Create(TunedClassifier model, TrainingSettings settings)
    {
        RandomSource routes = RandomSource.For(settings.Seed, "routing");
        return new(
            Router.For(model.Mixture, model.Encoder.Config.Layers, routes), routes, RandomSource.For(settings.Seed, "dropout"));
    }

    /// <summary>Keys of so many rows.</summary>
    public DropoutKey[] Keys(int count)
    {
        DropoutKey[] keys = new DropoutKey[count];
        foreach (ref DropoutKey key in keys.AsSpan())
        {
            key = DropoutKey.From(Masks.NextUInt64());
        }

        return keys;
    }
}
