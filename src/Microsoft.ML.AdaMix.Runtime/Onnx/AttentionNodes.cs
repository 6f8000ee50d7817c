using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>
/// Scaled dot-product attention between projected queries, keys and values, each flat as [tokens, H]. The queries are either those of
/// all tokens or those of the first token of each text. Standard operators: ONNX Runtime's fused MultiHeadAttention was not faster.
/// </summary>
internal sealed class AttentionNodes
{
    private static readonly long[] HeadsFirst = [0, 2, 1, 3];
    private static readonly long[] HeadsFirstTransposed = [0, 2, 3, 1];

    private readonly OnnxGraph _graph;
    private readonly EncoderConfig _config;
    private readonly string _mask;
    private readonly string _allTokens;
    private readonly string _firstTokens;

    /// <param name="graph">Where the nodes go.</param>
    /// <param name="config">Says heads and sizes.</param>
    /// <param name="attentionMask">int64 [B, T], 1 for a token and 0 for padding.</param>
    public AttentionNodes(OnnxGraph graph, EncoderConfig config, string attentionMask)
    {
        _graph = graph;
        _config = config;
        _mask = AdditiveMask(attentionMask);
        string batchAndSequence = graph.Add("Shape", [attentionMask]);
        _allTokens = graph.Add("Concat", [batchAndSequence, graph.Vector(config.Heads, config.HeadSize)], new OnnxAttribute("axis", 0L));
        _firstTokens = graph.Vector(-1, 1, config.Heads, config.HeadSize);
    }

    /// <summary>Gives the context, flat as the queries are.</summary>
    public string Attend(string queries, string keys, string values, bool firstTokenOnly)
    {
        string q = Heads(queries, firstTokenOnly ? _firstTokens : _allTokens, HeadsFirst); // [B, h, Tq, d]
        string k = Heads(keys, _allTokens, HeadsFirstTransposed); // [B, h, d, T]
        string v = Heads(values, _allTokens, HeadsFirst); // [B, h, T, d]
        string scaled = _graph.Add("Mul", [q, _graph.Scalar(1f / MathF.Sqrt(_config.HeadSize))]);
        string scores = _graph.Add("Add", [_graph.Add("MatMul", [scaled, k]), _mask]); // [B, h, Tq, T]
        string probabilities = _graph.Add("Softmax", [scores], new OnnxAttribute("axis", -1L));
        string context = _graph.Add("MatMul", [probabilities, v]); // [B, h, Tq, d]
        string tokens = _graph.Add("Transpose", [context], new OnnxAttribute("perm", HeadsFirst)); // [B, Tq, h, d]
        return _graph.Add("Reshape", [tokens, _graph.Vector(-1, _config.HiddenSize)]); // [B Tq, H]
    }

    private string Heads(string tokens, string shape, long[] order) =>
        _graph.Add("Transpose", [_graph.Add("Reshape", [tokens, shape])], new OnnxAttribute("perm", order));

    /// <summary>0 for a token and, as in Hugging Face, the lowest float32 for padding: [B, 1, 1, T].</summary>
    private string AdditiveMask(string attentionMask)
    {
        string isPadding = _graph.Add("Equal", [attentionMask, _graph.Scalar(0L)]);
        string added = _graph.Add("Where", [isPadding, _graph.Scalar(float.MinValue), _graph.Scalar(0f)]);
        return _graph.Add("Unsqueeze", [added, _graph.Vector(1, 2)]);
    }
}
