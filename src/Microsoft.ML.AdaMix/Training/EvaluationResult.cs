namespace Microsoft.ML.AdaMix.Training;

/// <summary>A task's metric, higher is better, and the mean loss of the merged model.</summary>
internal readonly record struct EvaluationResult(double Metric, double Loss)
{
    /// <summary>A higher metric is better; the loss decides between equals.</summary>
    public bool IsBetterThan(EvaluationResult other) => Metric > other.Metric || (Metric == other.Metric && Loss < other.Loss);
}
