namespace Microsoft.ML.AdaMix.Training.Optimization;

/// <summary>How a step moves the weights.</summary>
/// <param name="LearningRate">The peak.</param>
/// <param name="WarmupRatio">Share of all steps in which the rate rises from 0.</param>
/// <param name="MaxGradientNorm">Largest joint norm of the gradients.</param>
/// <param name="AdamW">The optimiser's constants.</param>
internal sealed record OptimizerSettings(double LearningRate, double WarmupRatio, double MaxGradientNorm, AdamWSettings AdamW);
