using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Tests.Training;
using Microsoft.ML.AdaMix.Training;
using Microsoft.ML.AdaMix.Training.Tasks;

namespace Microsoft.ML.AdaMix.GpuCheck.Correctness;

/// <summary>A training of the tiny reference encoder.</summary>
internal sealed record Variant(
    string Name, TuningMethod Method, MixtureOptions Mixture, ITrainingTask Task, TrainingSettings Settings, Func<TrainingRows> Rows)
{
    /// <summary>Adapters as published, with dropout.</summary>
    public static Variant Plain { get; } = new(
        "plain", new AdapterTuning { Bottleneck = 8 }, new MixtureOptions(), new ClassificationTask(3, 0),
        TinyTraining.Settings(dropout: 0.1), () => TinyTraining.Classes(24));
}
