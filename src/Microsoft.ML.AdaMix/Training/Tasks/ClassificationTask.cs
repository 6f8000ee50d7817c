using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Reading;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Microsoft.ML.AdaMix.Training.Tasks;

/// <summary>One of several classes, two for binary classification: softmax and cross entropy; the metric is accuracy.</summary>
/// <param name="classes">Number of classes.</param>
/// <param name="labelSmoothing">Share of the target that is spread over all classes, 0 up to and without 1.</param>
internal sealed class ClassificationTask(int classes, double labelSmoothing) : ITrainingTask
{
    public int Outputs => classes;

    public string Metric => "accuracy";

    public Tensor Losses(Tensor logits, Tensor targets)
    {
        Tensor labels = targets.squeeze(-1).to_type(ScalarType.Int64); // [B]
        Tensor losses = F.cross_entropy(logits, labels, reduction: nn.Reduction.None); // [B]
        return labelSmoothing == 0
            ? losses
            : losses.Times(1 - labelSmoothing).Minus(F.log_softmax(logits, -1).mean([-1]).Times(labelSmoothing));
    }

    public Tensor Consistency(Tensor logits1, Tensor logits2) => ConsistencyLoss.CompareClasses(logits1, logits2);

    public EvaluationResult Evaluate(float[] logits, TrainingRows rows)
    {
        int correct = 0;
        double loss = 0;
        for (int row = 0; row < rows.Count; row++)
        {
            ReadOnlySpan<float> outputs = logits.AsSpan(row * classes, classes);
            int label = (int)rows.Target(row)[0];
            correct += TensorPrimitives.IndexOfMax(outputs) == label ? 1 : 0;
            loss += LogSumExp(outputs) - outputs[label];
        }

        return new EvaluationResult((double)correct / rows.Count, loss / rows.Count);
    }

    private static double LogSumExp(ReadOnlySpan<float> values)
    {
        float max = TensorPrimitives.Max(values);
        double sum = 0;
        foreach (float value in values)
        {
            sum += Math.Exp(value - max);
        }

        return max + Math.Log(sum);
    }
}
