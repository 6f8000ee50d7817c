using Microsoft.ML.AdaMix.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Encoders;

/// <summary>The feed-forward activations in torch; the ONNX graph has the same list.</summary>
internal static class Activations
{
    private const double LaplaceMean = 0.707107;
    private const double LaplaceDeviation = 0.282095;

    public static Tensor Apply(this Activation activation, Tensor x) => activation switch
    {
        Activation.Gelu => nn.functional.gelu(x),
        Activation.GeluTanh => x.gelu(GELU.Approximate.tanh),
        Activation.Gelu10 => nn.functional.gelu(x).clamp(-10, 10),
        Activation.QuickGelu => x * sigmoid(1.702 * x),
        Activation.Relu => nn.functional.relu(x),
        Activation.Relu2 => nn.functional.relu(x).square(),
        Activation.Relu6 => nn.functional.relu6(x),
        Activation.LeakyRelu => nn.functional.leaky_relu(x, 0.01),
        Activation.Silu => nn.functional.silu(x),
        Activation.Mish => nn.functional.mish(x),
        Activation.Laplace => 0.5 * (1.0 + erf((x - LaplaceMean) / (LaplaceDeviation * Math.Sqrt(2.0)))),
        Activation.Sigmoid => sigmoid(x),
        Activation.Tanh => tanh(x),
        Activation.Linear => x,
        _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, "Unknown activation."),
    };
}
