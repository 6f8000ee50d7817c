using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Onnx;

namespace Microsoft.ML.AdaMix.Benchmarks.Serving;

/// <summary>
/// A RoBERTa classifier's graph as PyTorch exports it: every token in every layer, [B, T, H] throughout, a MatMul and an Add a linear
/// module. ONNX Runtime fuses what it knows to fuse. It is the yardstick.
/// </summary>
internal sealed class PlainExport
{
    private static readonly long[] HeadsFirst = [0, 2, 1, 3];
    private static readonly long[] HeadsFirstTransposed = [0, 2, 3, 1];

    private readonly TunedModel _model;
    private readonly EncoderConfig _config;
    private readonly OnnxGraph _graph;

    private PlainExport(TunedModel model)
    {
        _model = model;
        _config = model.Encoder.Config;
        _graph = new OnnxGraph
        {
            Inputs = [.. EncoderGraph.InputNames(_config).Select(name => new OnnxValue(name, IsInteger: true, ["batch", "sequence"]))],
        };
    }

    /// <param name="model">Of RoBERTa's family and without edits.</param>
    public static byte[] ToBytes(TunedModel model)
    {
        PlainExport export = new(model);
        export.Build();
        return OnnxWriter.ToBytes(export._graph);
    }

    private void Build()
    {
        string mask = _graph.Add(
            "Unsqueeze", [_graph.Add("Cast", [EncoderGraph.AttentionMask], new OnnxAttribute("to", 1L)), _graph.Vector(1, 2)]);
        string added = _graph.Add("Mul", [_graph.Add("Sub", [_graph.Scalar(1f), mask]), _graph.Scalar(float.MinValue)]); // [B, 1, 1, T]
        string x = Embed(); // [B, T, H]
        for (int layer = 0; layer < _config.Layers; layer++)
        {
            x = Layer(EncoderTensors.Layer(layer), x, added);
        }

        string first = _graph.Add("Gather", [x, _graph.Scalar(0L)], new OnnxAttribute("axis", 1L)); // [B, H]
        HeadWeights head = _model.Head;
        string dense = _graph.Add("Tanh", [Linear("head.dense", first, head.DenseWeight, head.DenseBias)]);
        _graph.AddOutput(Linear("head.out", dense, head.OutputWeight, head.OutputBias),
            new OnnxValue(EncoderGraph.Logits, IsInteger: false, ["batch", head.Outputs]));
    }

    private string Embed()
    {
        string padding = _graph.Scalar((long)_config.PadTokenId);
        string ones = _graph.Add(
            "Cast", [_graph.Add("Not", [_graph.Add("Equal", [EncoderGraph.InputIds, padding])])], new OnnxAttribute("to", 7L));
        string positions = _graph.Add("Add", [_graph.Add("Mul", [_graph.Add("CumSum", [ones, _graph.Scalar(1L)]), ones]), padding]);
        string types = _graph.Add("Mul", [EncoderGraph.InputIds, _graph.Scalar(0L)]);
        string sum = _graph.Add("Add", [Gather("word", EncoderGraph.InputIds), Gather("token_type", types)]);
        return LayerNorm("embeddings.LayerNorm", _graph.Add("Add", [sum, Gather("position", positions)]));
    }

    private string Layer(string layer, string x, string mask)
    {
        string q = Heads(Linear($"{layer}attention.self.query", x), HeadsFirst);
        string k = Heads(Linear($"{layer}attention.self.key", x), HeadsFirstTransposed);
        string v = Heads(Linear($"{layer}attention.self.value", x), HeadsFirst);
        string scores = _graph.Add(
            "Add", [_graph.Add("Div", [_graph.Add("MatMul", [q, k]), _graph.Scalar(MathF.Sqrt(_config.HeadSize))]), mask]);
        string context = _graph.Add("MatMul", [_graph.Add("Softmax", [scores], new OnnxAttribute("axis", -1L)), v]);
        string tokens = _graph.Add("Reshape",
            [_graph.Add("Transpose", [context], new OnnxAttribute("perm", HeadsFirst)), _graph.Vector(0, 0, _config.HiddenSize)]);
        string a =
            LayerNorm($"{layer}attention.output.LayerNorm", _graph.Add("Add", [Linear($"{layer}attention.output.dense", tokens), x]));
        string inner = _graph.Activate(_config.HiddenActivation, Linear($"{layer}intermediate.dense", a));
        return LayerNorm($"{layer}output.LayerNorm", _graph.Add("Add", [Linear($"{layer}output.dense", inner), a]));
    }

    private string Heads(string x, long[] order) =>
        _graph.Add("Transpose", [_graph.Add("Reshape", [x, _graph.Vector(0, 0, _config.Heads, _config.HeadSize)])],
            new OnnxAttribute("perm", order));

    private string Gather(string table, string ids) => _graph.Add("Gather", [Weight($"embeddings.{table}_embeddings.weight"), ids]);

    private string LayerNorm(string module, string x) => _graph.Add(
        "LayerNormalization", [x, Weight($"{module}.weight"), Weight($"{module}.bias")],
        new OnnxAttribute("axis", -1L), new OnnxAttribute("epsilon", (float)_config.LayerNormEpsilon));

    private string Linear(string module, string x) =>
        Linear(module, x, _model.Encoder[$"{module}.weight"], _model.Encoder[$"{module}.bias"]);

    private string Linear(string module, string x, HostTensor weight, HostTensor bias) => _graph.Add("Add", [
        _graph.Add("MatMul", [x, _graph.Weight($"{module}.weight", Transposed(weight), embedded: true)]),
        _graph.Weight($"{module}.bias", bias, embedded: true)]);

    private string Weight(string tensor) => _graph.Weight(tensor, _model.Encoder[tensor], embedded: true);

    private static HostTensor Transposed(HostTensor weight)
    {
        (int outputs, int inputs) = (weight.Shape[0], weight.Shape[1]);
        return HostTensor.Create([inputs, outputs], StorageType.Float32, memory =>
        {
            ReadOnlySpan<float> values = weight.Values.Span;
            for (int output = 0; output < outputs; output++)
            {
                for (int input = 0; input < inputs; input++)
                {
                    memory.Span[(input * outputs) + output] = values[(output * inputs) + input];
                }
            }
        });
    }
}
