using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>
/// The layers' linear modules with int8 weights and activations quantised on the way. Each token has a scale of its own, so that a text's scores do not depend on the texts
/// beside it; ONNX Runtime's DynamicQuantizeMatMul, which has one for a whole batch, flipped five times as many labels.
/// </summary>
internal sealed class Int8Nodes(OnnxGraph graph, ModuleNodes modules, QuantizedEncoder quantized)
{
    private const float Step = 1f / 127;

    /// <summary>Linear modules of the encoder that read the same, as one product.</summary>
    /// <param name="names">For example <c>encoder.layer.0.attention.self.query</c>.</param>
    /// <param name="x">[tokens, in].</param>
    /// <returns>[tokens, out] each.</returns>
    public string[] Linear(string[] names, string x)
    {
        bool own = names.Any(name => modules.IsFolded($"{name}.weight"));
        QuantizedModule weight = own ? quantized.Quantize(names, Weights(names)) : quantized.Untouched(names);
        string joined = string.Join('+', names);
        string bytes = graph.Bytes($"{joined} bytes", weight.Matrix.Bytes, own);
        string scales = graph.Weight($"{joined} scales", weight.Matrix.Scales, own);
        string bias = graph.Weight($"{joined} bias", Concatenation.Of(Array.ConvertAll(names, name => modules[$"{name}.bias"])), embedded: true);
        string product = QuantizedEncoder.IsBlockwise(names)
            ? Blocks(x, bytes, scales, bias, weight.Inputs, weight.Outputs)
            : PerToken(x, bytes, scales, bias, joined, names, weight, own);
        return names.Length == 1 ? [product] : Split(product, names);
    }

    private HostTensor[] Weights(string[] names) => Array.ConvertAll(names, name => modules[$"{name}.weight"]);

    private string[] Split(string product, string[] names)
    {
        long[] sizes = Array.ConvertAll(names, name => (long)modules[$"{name}.bias"].Shape[0]);
        return graph.AddMany("Split", [product, graph.Vector(sizes)], names.Length, new OnnxAttribute("axis", -1L));
    }

    // Quantises activations itself, in blocks as the weights are, which are uint8 around 128.
    private string Blocks(string x, string bytes, string scales, string bias, int inputs, int outputs) => graph.AddMicrosoft(
        "MatMulNBits", [x, bytes, scales, "", "", bias],
        new OnnxAttribute("N", (long)outputs), new OnnxAttribute("K", (long)inputs),
        new OnnxAttribute("bits", 8L), new OnnxAttribute("block_size", (long)QuantizedEncoder.BlockSize),
        new OnnxAttribute("accuracy_level", 4L)); // int8 activations

    private string PerToken(string x, string bytes, string scales, string bias, string joined, string[] names, QuantizedModule weight, bool own)
    {
        QuantizedTokens tokens = Tokens(names, x);
        string offset = weight.Exact is null
            ? bias
            : modules.Gemm(tokens.Outliers, graph.Weight($"{joined} outliers", weight.Exact, own), bias); // [tokens, out]
        return graph.Add("Add", [graph.Add("Mul", [Product(tokens.Bytes, bytes, scales, weight.Matrix.Bytes.IsSigned), tokens.Largest]), offset]);
    }

    /// <summary>The product as if each token's largest magnitude were 1.</summary>
    private string Product(string tokens, string weight, string scales, bool isSigned)
    {
        string[] inputs = [tokens, weight, graph.Scalar(Step), scales, Zero()];
        return graph.AddMicrosoft("MatMulIntegerToFloat", isSigned ? inputs : [.. inputs, Zero()]);
    }

    private QuantizedTokens Tokens(string[] names, string x)
    {
        ChannelSplit? split = quantized.SplitOf(names);
        string kept = split is null
            ? x
            : graph.Add("Mul", [x, graph.Weight($"{QuantizedEncoder.InputOf(names[0])} factors", split.Factors, embedded: true)]); // [tokens, in]
        string largest = graph.Add("ReduceMax", [graph.Add("Abs", [kept]), graph.Vector(-1)]); // [tokens, 1]

        // A token of zeros gives 0 / 0 here, which becomes some byte, and that times 0 later is 0 as it should be.
        string bytes = graph.Add("QuantizeLinear", [graph.Add("Div", [kept, largest]), graph.Scalar(Step), Zero()]); // [tokens, in]
        string outliers = split is { Outliers.Length: > 0 }
            ? graph.Add("Gather", [x, graph.Vector(Array.ConvertAll(split.Outliers, channel => (long)channel))], new OnnxAttribute("axis", 1L)) // [tokens, outliers]
            : string.Empty;
        return new QuantizedTokens(bytes, largest, outliers);
    }

    private string Zero() => graph.Bytes("uint8 128", ByteTensor.Scalar(Quantization.UnsignedZero, isSigned: false), embedded: true);

    /// <param name="Bytes">uint8 around 128, [tokens, in].</param>
    /// <param name="Largest">What 127 steps are worth, [tokens, 1].</param>
    /// <param name="Outliers">The channels that are not quantised, [tokens, outliers], or nothing.</param>
    private readonly record struct QuantizedTokens(string Bytes, string Largest, string Outliers);
}
