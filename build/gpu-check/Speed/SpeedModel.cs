using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Training;
using Microsoft.ML.AdaMix.Training.Optimization;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.GpuCheck.Speed;

/// <summary>What is trained for a measurement; the encoder is the caller's.</summary>
internal sealed class SpeedModel : IDisposable
{
    public const int Classes = 2;

    /// <param name="loaded">The encoder's weights.</param>
    /// <param name="encoder">The same on the device.</param>
    /// <param name="method">adamix, lora or full.</param>
    public SpeedModel(LoadedEncoder loaded, FrozenEncoder encoder, string method)
    {
        TuningMethod tuning = method switch
        {
            "adamix" => new AdapterTuning(),
            "lora" => new LoraTuning { Rank = 8, Alpha = 16 },
            _ => new FullFineTuning(),
        };
        MixtureOptions mixture = method == "adamix" ? new MixtureOptions() : MixtureOptions.None;
        using Generator generator = new(1);
        Classifier = new TunedClassifier(
            encoder, tuning.Create(new MethodContext(loaded, mixture.ExpertCount, mixture.Sharing, generator, encoder.Device)),
            new ClassificationHead(loaded, Classes, 0.1, generator, encoder.Device), mixture);
    }

    public TunedClassifier Classifier { get; }

    public static TrainingSettings Settings(int epochs, int batch) => new(
        epochs, batch, Seed: 1, new OptimizerSettings(1e-4, 0, 1, new AdamWSettings(0.9, 0.98, 1e-8, 0.1)), new DropoutRates(0.1, 0.1));

    public void Dispose()
    {
        Classifier.Tuning.Dispose();
        Classifier.Head.Dispose();
    }
}
