using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Training;

/// <summary>Gradients as values, so that passes on several threads share their leaves.</summary>
internal static class Gradients
{
    /// <summary>The gradient of an output by each input; null for inputs that it does not depend on.</summary>
    /// <param name="output">A scalar, or any tensor with its own gradient.</param>
    /// <param name="inputs">Tensors that it may depend on.</param>
    /// <param name="outputGradient">Of the output's shape; null for a scalar.</param>
    public static Tensor?[] Of(Tensor output, IReadOnlyList<Tensor> inputs, Tensor? outputGradient = null)
    {
        IList<Tensor> found = autograd.grad(
            [output], [.. inputs], outputGradient is null ? null : [outputGradient], retain_graph: false, create_graph: false,
            allow_unused: true);
        return [.. found.Select(gradient => gradient.IsInvalid ? null : gradient)];
    }
}
