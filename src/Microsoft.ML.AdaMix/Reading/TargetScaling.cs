using System.Numerics.Tensors;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Reading;

/// <summary>
/// Brings the targets of a regression to mean 0 and deviation 1 while training, whatever their unit is, and puts the unit back into the
/// head's last layer, so that prediction knows nothing of it.
/// </summary>
internal sealed record TargetScaling(float Mean, float Deviation)
{
    /// <exception cref="InvalidOperationException">All targets are the same.</exception>
    public static TargetScaling Measure(ReadOnlySpan<float> targets, string column)
    {
        double mean = 0;
        foreach (float target in targets)
        {
            mean += target / (double)targets.Length;
        }

        double variance = 0;
        foreach (float target in targets)
        {
            variance += Math.Pow(target - mean, 2) / targets.Length;
        }

        return variance > 0
            ? new TargetScaling((float)mean, (float)Math.Sqrt(variance))
            : throw new InvalidOperationException(
                (targets.Length == 1 ? "The only row has a" : $"All {targets.Length} rows have the same")
                + $" value in label column '{column}'; there is nothing to learn.");
    }

    public TrainingRows Scale(TrainingRows rows)
    {
        float[] targets = rows.Targets;
        float[] scaled = new float[targets.Length];
        TensorPrimitives.Subtract(targets, Mean, scaled);
        TensorPrimitives.Divide(scaled, Deviation, scaled);
        return rows with { Targets = scaled };
    }

    /// <summary>The way back from <see cref="Unscale"/>.</summary>
    public HeadWeights ScaleBack(HeadWeights head)
    {
        float[] weight = head.OutputWeight.Values.ToArray(); // [1, hidden]
        TensorPrimitives.Divide(weight, Deviation, weight);
        float bias = (head.OutputBias.Values.Span[0] - Mean) / Deviation;
        return head with
        {
            OutputWeight = HostTensor.From(head.OutputWeight.Shape, weight),
            OutputBias = HostTensor.From(head.OutputBias.Shape, [bias]),
        };
    }

    /// <summary>The head that gives numbers in the targets' unit.</summary>
    public HeadWeights Unscale(HeadWeights head)
    {
        float[] weight = head.OutputWeight.Values.ToArray(); // [1, hidden]
        TensorPrimitives.Multiply(weight, Deviation, weight);
        float bias = (head.OutputBias.Values.Span[0] * Deviation) + Mean;
        return head with
        {
            OutputWeight = HostTensor.From(head.OutputWeight.Shape, weight),
            OutputBias = HostTensor.From(head.OutputBias.Shape, [bias]),
        };
    }
}
