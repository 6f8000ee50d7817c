using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.AdaMix.Onnx;

[TestClass]
public class ActivationNodesTests
{
    public static IEnumerable<object[]> All => Enum.GetNames<Activation>().Select(name => (object[])[name]);

    [TestMethod]
    [DynamicData(nameof(All))]
    public void An_activation_computes_its_formula(string name)
    {
        Activation activation = Enum.Parse<Activation>(name);
        float[] x = [.. Enumerable.Range(-240, 481).Select(i => i / 20f)];

        float[] y = Run(activation, x);

        for (int i = 0; i < x.Length; i++)
        {
            double expected = Formula(activation, x[i]);
            Assert.AreEqual(expected, y[i], 2e-6 * Math.Max(1, Math.Abs(expected)), $"{name}({x[i]})");
        }
    }

    [TestMethod]
    [DynamicData(nameof(All))]
    public void No_value_of_an_activation_falls_off_its_lowest_byte(string name)
    {
        Activation activation = Enum.Parse<Activation>(name);
        ByteRange range = ByteRange.For(activation);
        float least = Run(activation, [.. Enumerable.Range(-24_000, 24_001).Select(i => i / 1000f)]).Min();

        if (range.Least is null)
        {
            Assert.AreEqual(ByteRange.Symmetric, range);
            return;
        }

        Assert.IsGreaterThanOrEqualTo(range.Least.Value, least);
        Assert.AreEqual(range.Least.Value, least, 2e-3f, "bytes would be left unused");
        Assert.IsGreaterThanOrEqualTo(0, range.Zero + MathF.Round(least == 0 ? 0 : least / range.LeastLargest / range.Step));
    }

    private static float[] Run(Activation activation, float[] x)
    {
        OnnxGraph graph = new() { Inputs = [new OnnxValue("x", false, ["n"])] };
        graph.AddOutput(graph.Activate(activation, "x"), new OnnxValue("y", false, ["n"]));
        using InferenceSession session = new(OnnxWriter.ToBytes(graph));
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(x, [x.Length]);
        using RunOptions options = new();
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(options, ["x"], [input], ["y"]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    private static double Formula(Activation activation, double x) => activation switch
    {
        Activation.Gelu => Gelu(x),
        Activation.GeluTanh => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x)))),
        Activation.Gelu10 => Math.Clamp(Gelu(x), -10, 10),
        Activation.QuickGelu => x * Sigmoid(1.702 * x),
        Activation.Relu => Math.Max(x, 0),
        Activation.Relu2 => Math.Pow(Math.Max(x, 0), 2),
        Activation.Relu6 => Math.Clamp(x, 0, 6),
        Activation.LeakyRelu => x >= 0 ? x : 0.01 * x,
        Activation.Silu => x * Sigmoid(x),
        Activation.Mish => x * Math.Tanh(Math.Log(1 + Math.Exp(x))),
        Activation.Laplace => 0.5 * (1 + Erf((x - 0.707107) / (0.282095 * Math.Sqrt(2)))),
        Activation.Sigmoid => Sigmoid(x),
        Activation.Tanh => Math.Tanh(x),
        Activation.Linear => x,
        _ => throw new NotSupportedException($"No formula for {activation}."),
    };

    private static double Gelu(double x) => 0.5 * x * (1 + Erf(x / Math.Sqrt(2)));

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    /// <summary>2/√π e^(−x²) Σ 2ⁿ x^(2n+1) / (2n+1)!!, whose terms all have one sign.</summary>
    private static double Erf(double x)
    {
        if (Math.Abs(x) > 6)
        {
            return Math.Sign(x);
        }

        double term = x;
        double sum = x;
        for (int n = 1; Math.Abs(term) > 1e-17 * Math.Abs(sum); n++)
        {
            term *= 2 * x * x / ((2 * n) + 1);
            sum += term;
        }

        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }
}
