using Microsoft.ML.AdaMix.Reading;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Microsoft.ML.AdaMix.Training.Tasks;

/// <summary>
/// A number: mean squared error; the metric is R². As in the reference two passes are compared by the symmetric KL of a single output,
/// which is zero, and so is its gradient: a second pass teaches nothing.
/// </summary>
internal sealed class RegressionTask : ITrainingTask
{
    public int Outputs => 1;

    public bool LearnsFromConsistency => false;

    public string Metric => "R²";

    public Tensor Losses(Tensor logits, Tensor targets) => F.mse_loss(logits, targets, nn.Reduction.None).squeeze(-1);

    public Tensor Consistency(Tensor logits1, Tensor logits2) => ConsistencyLoss.CompareClasses(logits1, logits2);

    public EvaluationResult Evaluate(float[] logits, TrainingRows rows)
    {
        double mean = rows.Targets.Average(target => (double)target);
        double squaredErrors = logits.Zip(rows.Targets, (found, expected) => Math.Pow((double)found - expected, 2)).Sum();
        double spread = rows.Targets.Sum(target => Math.Pow(target - mean, 2));

        // Targets that are all alike have no spread to explain.
        return new EvaluationResult(spread > 0 ? 1 - (squaredErrors / spread) : -squaredErrors, squaredErrors / rows.Count);
    }
}
