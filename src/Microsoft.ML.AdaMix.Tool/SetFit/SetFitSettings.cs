using System.Text.Json.Serialization;
using Microsoft.ML.AdaMix.Training.Contrastive;
using Microsoft.ML.AdaMix.Training.Optimization;

namespace Microsoft.ML.AdaMix.Tool.SetFit;

/// <summary>How SetFit (Tunstall et al. 2022) trains. Defaults are those of the setfit library, but for the most pairs.</summary>
internal sealed record SetFitSettings
{
    /// <summary>Pairs of one class, and as many of two, that each row begins.</summary>
    public int Iterations { get; init; } = 20;

    /// <summary>
    /// Most pairs in all. As many cost about what ten epochs of AdaMix on 1,000 rows do; twenty a row would be eight times as many there.
    /// </summary>
    public int MostPairs { get; init; } = 5000;

    /// <summary>Pairs of a step.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>Peak learning rate of the encoder.</summary>
    public double LearningRate { get; init; } = 2e-5;

    /// <summary>Share of the steps in which the rate rises.</summary>
    public double WarmupRatio { get; init; } = 0.1;

    /// <summary>Decoupled weight decay of matrices.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Largest joint norm of the gradients.</summary>
    public double MaxGradientNorm { get; init; } = 1;

    /// <summary>How little the head is regularised: scikit-learn's C.</summary>
    public double HeadC { get; init; } = 1;

    /// <summary>How pairs are trained; the optimiser's constants are PyTorch's.</summary>
    [JsonIgnore]
    public ContrastiveSettings Training => new(
        BatchSize, new OptimizerSettings(LearningRate, WarmupRatio, MaxGradientNorm, new AdamWSettings(0.9, 0.999, 1e-8, WeightDecay)));
}
