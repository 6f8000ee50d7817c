using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Native;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Networks;

/// <summary>The feed-forward activations in torch; the ONNX graph has the same list.</summary>
internal static class Activations
{
    private const double LaplaceMean = 0.707107;
    private const double LaplaceDeviation = 0.282095;

    public static Tensor Apply(this Activation activation, Tensor x) => activation switch
    {
        Activation.Gelu => nn.functional.gelu(x),
        Activation.GeluTanh => x.gelu(GELU.Approximate.tanh),
        Activation.Gelu10 => nn.functional.gelu(x).Within(-10, 10),
        Activation.QuickGelu => x * sigmoid(x.Times(1.702)),
        Activation.Relu => nn.functional.relu(x),
        Activation.Relu2 => nn.functional.relu(x).square(),
        Activation.Relu6 => x.Within(0, 6),
        Activation.LeakyRelu => maximum(x, x.Times(0.01)),
        Activation.Silu => nn.functional.silu(x),
        Activation.Mish => nn.functional.mish(x),
        Activation.Laplace => erf(x.Plus(-LaplaceMean).Times(1 / (LaplaceDeviation * Math.Sqrt(2.0)))).Plus(1).Times(0.5),
        Activation.Sigmoid => sigmoid(x),
        Activation.Tanh => tanh(x),
        Activation.Linear => x,
        _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, "Unknown activation."),
    };
}
