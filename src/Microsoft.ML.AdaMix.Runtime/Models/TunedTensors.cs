namespace Microsoft.ML.AdaMix.Models;

/// <summary>The tensors of edits and head under the names that saved models, graphs and errors give them.</summary>
internal static class TunedTensors
{
    public const string HeadDense = "head.dense";
    public const string HeadNorm = "head.norm";
    public const string HeadOutput = "head.output";

    public static bool IsHead(string name) => name.StartsWith("head.", StringComparison.Ordinal);

    /// <summary>All of a model: the edits' in their order, then the head's.</summary>
    /// <exception cref="InvalidDataException">An edit names what the encoder has not.</exception>
    public static IEnumerable<TunedTensor> List(TunedModel model) =>
        model.Edits.SelectMany(edit => edit.Tensors(model)).Concat(
            Head(model.Head, model.Encoder.Config.HiddenSize, model.Input.Template?.Masks ?? 1));

    /// <summary>
    /// The first dimension of a tensor that sets a size itself, such as a bottleneck; at least 1, so that an empty tensor does not fit.
    /// </summary>
    public static int Size(HostTensor tensor) => Math.Max(1, tensor.Shape.FirstOrDefault());

    private static IEnumerable<TunedTensor> Head(HeadWeights head, int hidden, int read)
    {
        int outputs = Size(head.OutputWeight);
        yield return new($"{HeadDense}.weight", head.DenseWeight, [hidden, hidden]);
        yield return new($"{HeadDense}.bias", head.DenseBias, [hidden]);
        if (head.Norm is { } norm)
        {
            yield return new($"{HeadNorm}.weight", norm.Weight, [hidden]);
            yield return new($"{HeadNorm}.bias", norm.Bias, [hidden]);
        }

        yield return new($"{HeadOutput}.weight", head.OutputWeight, [outputs, read * hidden]);
        yield return new($"{HeadOutput}.bias", head.OutputBias, [outputs]);
    }
}
