using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Reading;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Microsoft.ML.AdaMix.Training.Tasks;

/// <summary>
/// Any number of labels: sigmoid and binary cross entropy, averaged over labels; the metric is micro-F1 at a probability of one half.
/// </summary>
/// <param name="labels">Number of labels.</param>
/// <param name="labelSmoothing">Share of each target that is moved to one half, 0 up to and without 1.</param>
/// <param name="labelWeights">[labels], or null for equal ones.</param>
internal sealed class MultiLabelTask(int labels, double labelSmoothing, float[]? labelWeights) : ITrainingTask
{
    public int Outputs => labels;

    public string Metric => "micro-F1";

    public Tensor Losses(Tensor logits, Tensor targets)
    {
        Tensor smoothed = labelSmoothing == 0 ? targets : targets.Times(1 - labelSmoothing).Plus(labelSmoothing / 2); // [B, labels]
        Tensor losses = F.binary_cross_entropy_with_logits(logits, smoothed, reduction: nn.Reduction.None); // [B, labels]
        return (labelWeights is null ? losses : losses * tensor(labelWeights).ToDevice(losses.device)).mean([-1]);
    }

    public Tensor Consistency(Tensor logits1, Tensor logits2) => ConsistencyLoss.CompareLabels(logits1, logits2);

    public EvaluationResult Evaluate(float[] logits, TrainingRows rows)
    {
        long both = 0;
        long predicted = 0;
        long actual = 0;
        double loss = 0;
        for (int i = 0; i < logits.Length; i++)
        {
            bool found = logits[i] >= 0;
            bool expected = rows.Targets[i] > 0.5f;
            both += found && expected ? 1 : 0;
            predicted += found ? 1 : 0;
            actual += expected ? 1 : 0;
            loss += Math.Max(logits[i], 0) - (logits[i] * rows.Targets[i]) + Math.Log(1 + Math.Exp(-Math.Abs((double)logits[i])));
        }

        return new EvaluationResult(predicted + actual == 0 ? 1 : 2.0 * both / (predicted + actual), loss / logits.Length);
    }
}
