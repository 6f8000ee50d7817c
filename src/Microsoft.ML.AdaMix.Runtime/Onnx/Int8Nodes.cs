using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>The layers' linear modules with int8 weights and activations quantised on the way.</summary>
/// <remarks>
/// Each token has a scale of its own, so that a text's scores do not depend on the texts beside it; ONNX Runtime's DynamicQuantizeMatMul,
/// which has one for a whole batch, flipped five times as many labels.
/// </remarks>
internal sealed class Int8Nodes(OnnxGraph graph, ModuleNodes modules, QuantizedEncoder quantized)
{
    /// <summary>Linear modules of the encoder that read the same, as one product.</summary>
    /// <param name="names">For example <c>encoder.layer.0.attention.self.query</c>.</param>
    /// <param name="x">[tokens, in].</param>
    /// <returns>[tokens, out] each.</returns>
    public string[] Linear(string[] names, string x)
    {
        bool own = names.Any(name => modules.IsFolded($"{name}.weight"));
        QuantizedModule weight = own ? quantized.Quantize(names, Weights(names)) : quantized.Untouched(names);
        string joined = string.Join('+', names);
        bool embedded = modules.AreEmbedded(names.Select(name => $"{name}.weight"));
        string bytes = graph.Bytes($"{joined} bytes", weight.Matrix.Bytes, embedded);
        string scales = graph.Weight($"{joined} scales", weight.Matrix.Scales, embedded);
        string? bias = modules.Has($"{names[0]}.bias")
            ? graph.Weight($"{joined} bias", Concatenation.Join(Array.ConvertAll(names, name => modules[$"{name}.bias"])), embedded: true)
            : null;
        QuantizedTokens tokens = Tokens(names, x);
        string? offset = weight.Exact is null
            ? bias
            : modules.Gemm(tokens.Outliers, graph.Weight($"{joined} outliers", weight.Exact, embedded), bias); // [tokens, out]
        string product = Product(tokens, bytes, scales, weight.Matrix.Bytes.IsSigned);
        string scaled = graph.Add("Mul", [product, tokens.Largest]);
        string sum = offset is null ? scaled : graph.Add("Add", [scaled, offset]);
        return names.Length == 1 ? [sum] : Split(sum, names);
    }

    private HostTensor[] Weights(string[] names) => Array.ConvertAll(names, name => modules[$"{name}.weight"]);

    private string[] Split(string product, string[] names)
    {
        long[] sizes = Array.ConvertAll(names, name => (long)modules[$"{name}.weight"].Shape[0]);
        return graph.AddMany("Split", [product, graph.Vector(sizes)], names.Length, new OnnxAttribute("axis", -1L));
    }

    /// <summary>The product as if each token's largest value were 1.</summary>
    private string Product(QuantizedTokens tokens, string weight, string scales, bool isSigned)
    {
        string[] inputs = [tokens.Bytes, weight, graph.Scalar(tokens.Range.Step), scales, Byte(tokens.Range.Zero)];
        return graph.AddMicrosoft("MatMulIntegerToFloat", isSigned ? inputs : [.. inputs, Byte(Quantization.UnsignedZero)]);
    }

    private QuantizedTokens Tokens(string[] names, string x)
    {
        ChannelSplit? split = quantized.SplitOf(names);
        string kept = split is null
            ? x
            : graph.Add("Mul", [x, modules.Weight($"{QuantizedEncoder.InputOf(names[0])} factors", split.Factors)]); // [tokens, in]
        ByteRange range = quantized.RangeOf(names);
        string largest = Largest(kept, range); // [tokens, 1]

        // A token of zeros gives 0 / 0 here, which becomes some byte, and that times 0 later is 0 as it should be.
        string share = graph.Add("Div", [kept, largest]); // [tokens, in]
        string bytes = graph.Add("QuantizeLinear", [share, graph.Scalar(range.Step), Byte(range.Zero)]); // [tokens, in]
        return new QuantizedTokens(bytes, largest, split is { Outliers.Length: > 0 } ? Channels(x, split.Outliers) : string.Empty, range);
    }

    /// <summary>[tokens, in] to [tokens, channels].</summary>
    private string Channels(string x, int[] channels) =>
        graph.Add("Gather", [x, graph.Vector(Array.ConvertAll(channels, channel => (long)channel))], new OnnxAttribute("axis", 1L));

    private string Largest(string x, ByteRange range) => range.Least is null
        ? graph.Add("ReduceMax", [graph.Add("Abs", [x]), graph.Vector(-1)])
        : graph.Add("Max", [graph.Add("ReduceMax", [x, graph.Vector(-1)]), graph.Scalar(range.LeastLargest)]);

    private string Byte(byte value) => graph.Bytes($"uint8 {value}", ByteTensor.Scalar(value, isSigned: false), embedded: true);

    /// <param name="Bytes">uint8, [tokens, in].</param>
    /// <param name="Largest">What the highest byte stands for, [tokens, 1].</param>
    /// <param name="Outliers">The channels that are not quantised, [tokens, outliers], or nothing.</param>
    /// <param name="Range">Which values the bytes stand for.</param>
    private readonly record struct QuantizedTokens(string Bytes, string Largest, string Outliers, ByteRange Range);
}
