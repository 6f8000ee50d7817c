namespace Microsoft.ML.AdaMix.Training.Optimization;

/// <summary>Where epsilon and decay stand in the update; the two differ by about 1e-3 over a few steps.</summary>
internal enum AdamWVariant
{
    /// <summary>PyTorch's: decay first, epsilon added after the bias correction.</summary>
    PyTorch,

    /// <summary>transformers' own, as in the authors' code: epsilon added before the bias correction, decay last.</summary>
    Transformers,
}

/// <summary>The optimiser's constants.</summary>
internal sealed record AdamWSettings(
    double Beta1, double Beta2, double Epsilon, double WeightDecay, AdamWVariant Variant = AdamWVariant.PyTorch);
