using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>
/// Scaled dot-product attention between projected queries, keys and values, each flat as [tokens, H]. The queries are either those of all
/// tokens or those of the tokens that the head reads.
/// </summary>
/// <remarks>Standard operators: ONNX Runtime's fused MultiHeadAttention was not faster.</remarks>
internal sealed class AttentionNodes
{
    private static readonly long[] HeadsFirst = [0, 2, 1, 3];
    private static readonly long[] HeadsFirstTransposed = [0, 2, 3, 1];

    private readonly OnnxGraph _graph;
    private readonly EncoderConfig _config;
    private readonly string _mask; // [B, 1, 1, T]
    private readonly string _allTokens;
    private readonly string _readTokens;
    private readonly EncoderEdits _edits;
    private readonly PrefixNodes? _prefixes;

    /// <param name="graph">Where the nodes go.</param>
    /// <param name="config">Says heads and sizes.</param>
    /// <param name="attentionMask">int64 [B, T], 1 for a token and 0 for padding; a prompt's positions are among the tokens here.</param>
    /// <param name="edits">Its prefixes stand before the layers' own keys and values.</param>
    /// <param name="read">Tokens of a text that the head reads.</param>
    public AttentionNodes(OnnxGraph graph, EncoderConfig config, string attentionMask, EncoderEdits edits, int read)
    {
        _graph = graph;
        _config = config;
        _mask = AdditiveMask(attentionMask);
        string batchAndSequence = graph.Add("Shape", [attentionMask]);
        _allTokens = graph.Add("Concat", [batchAndSequence, graph.Vector(config.Heads, config.HeadSize)], new OnnxAttribute("axis", 0L));
        _readTokens = graph.Vector(-1, read, config.Heads, config.HeadSize);
        _edits = edits;
        _prefixes = edits.PrefixLength > 0 ? new PrefixNodes(graph, config, edits.PrefixLength, attentionMask, _mask) : null;
    }

    /// <summary>Gives the context of a layer, flat as the queries are.</summary>
    public string Attend(int layer, string queries, string keys, string values, bool readTokensOnly)
    {
        string q = Split(queries, readTokensOnly ? _readTokens : _allTokens); // [B, Tq, h, d]
        string k = Split(keys, _allTokens); // [B, T, h, d]
        string v = Split(values, _allTokens);
        string mask = _mask;
        if (_edits.Prefix(layer) is { } prefix)
        {
            (k, v, mask) = _prefixes!.Before(layer, prefix, k, v); // T is P + T from here on
        }

        string scaled = _graph.Add("Mul", [Transpose(q, HeadsFirst), _graph.Scalar(1f / MathF.Sqrt(_config.HeadSize))]); // [B, h, Tq, d]
        string scores = _graph.Add("Add", [_graph.Add("MatMul", [scaled, Transpose(k, HeadsFirstTransposed)]), mask]); // [B, h, Tq, T]
        string probabilities = _graph.Add("Softmax", [scores], new OnnxAttribute("axis", -1L));
        string context = _graph.Add("MatMul", [probabilities, Transpose(v, HeadsFirst)]); // [B, h, Tq, d]
        string tokens = Transpose(context, HeadsFirst); // [B, Tq, h, d]
        return _graph.Add("Reshape", [tokens, _graph.Vector(-1, _config.HiddenSize)]); // [B Tq, H]
    }

    private string Split(string tokens, string shape) => _graph.Add("Reshape", [tokens, shape]);

    private string Transpose(string x, long[] order) => _graph.Add("Transpose", [x], new OnnxAttribute("perm", order));

    /// <summary>0 for a token and, as in Hugging Face, the lowest float32 for padding: [B, 1, 1, T].</summary>
    private string AdditiveMask(string attentionMask)
    {
        string isPadding = _graph.Add("Equal", [attentionMask, _graph.Scalar(0L)]);
        string added = _graph.Add("Where", [isPadding, _graph.Scalar(float.MinValue), _graph.Scalar(0f)]);
        return _graph.Add("Unsqueeze", [added, _graph.Vector(1, 2)]);
    }
}
