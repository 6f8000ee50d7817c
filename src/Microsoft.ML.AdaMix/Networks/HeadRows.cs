using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Parameters;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Networks;

/// <summary>The output layer of a head, output by output.</summary>
internal static class HeadRows
{
    /// <summary>Takes outputs of another head of the same width; within the caller's dispose scope, without gradient.</summary>
    /// <param name="weight">[outputs, n], written.</param>
    /// <param name="bias">[outputs], written.</param>
    /// <param name="head">The other head.</param>
    /// <param name="rows">For each output the output of the other head that it takes; null for none.</param>
    public static void Take(Tensor weight, Tensor bias, HeadWeights head, IReadOnlyList<int?> rows)
    {
        Tensor otherWeight = head.OutputWeight.ToTorch(weight.device); // [outputs of the other, n]
        Tensor otherBias = head.OutputBias.ToTorch(weight.device);
        for (int output = 0; output < rows.Count; output++)
        {
            if (rows[output] is { } row)
            {
                weight[output].copy_(otherWeight[row]);
                bias[output].copy_(otherBias[row]);
            }
        }
    }
}
