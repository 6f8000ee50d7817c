using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>Each activation as standard operators.</summary>
internal static class ActivationNodes
{
    public static string Activate(this OnnxGraph graph, Activation activation, string x) => activation switch
    {
        Activation.Gelu => graph.Add("Gelu", [x]),
        Activation.GeluTanh => graph.Add("Gelu", [x], new OnnxAttribute("approximate", "tanh")),
        Activation.Gelu10 => graph.Add("Clip", [graph.Add("Gelu", [x]), graph.Scalar(-10f), graph.Scalar(10f)]),
        Activation.QuickGelu => graph.Add("Mul", [x, graph.Add("Sigmoid", [graph.Add("Mul", [x, graph.Scalar(1.702f)])])]),
        Activation.Relu => graph.Add("Relu", [x]),
        Activation.Relu2 => Square(graph, graph.Add("Relu", [x])),
        Activation.Relu6 => graph.Add("Clip", [x, graph.Scalar(0f), graph.Scalar(6f)]),
        Activation.LeakyRelu => graph.Add("LeakyRelu", [x], new OnnxAttribute("alpha", 0.01f)),
        Activation.Silu => graph.Add("Mul", [x, graph.Add("Sigmoid", [x])]),
        Activation.Mish => graph.Add("Mish", [x]),
        Activation.Laplace => Laplace(graph, x),
        Activation.Sigmoid => graph.Add("Sigmoid", [x]),
        Activation.Tanh => graph.Add("Tanh", [x]),
        Activation.Linear => x,
        _ => throw new NotSupportedException($"The activation {activation} has no ONNX form."),
    };

    private static string Square(OnnxGraph graph, string x) => graph.Add("Mul", [x, x]);

    private static string Laplace(OnnxGraph graph, string x)
    {
        string centred = graph.Add("Sub", [x, graph.Scalar(0.707107f)]);
        string scaled = graph.Add("Div", [centred, graph.Scalar((float)(0.282095 * Math.Sqrt(2)))]);
        string shifted = graph.Add("Add", [graph.Add("Erf", [scaled]), graph.Scalar(1f)]);
        return graph.Add("Mul", [shifted, graph.Scalar(0.5f)]);
    }
}
