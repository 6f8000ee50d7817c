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
    private readonly int _read;
    private readonly EncoderEdits _edits;
    private readonly PrefixNodes? _prefixes;
    private readonly PlaceNodes? _places;

    /// <param name="nodes">Graph, mask and edits, whose prefixes stand before the layers' own keys and values.</param>
    /// <param name="places">What attention knows of places; null for nothing of its own.</param>
    public AttentionNodes(LayerNodes nodes, PlaceNodes? places)
    {
        OnnxGraph graph = nodes.Graph;
        _graph = graph;
        _config = nodes.Config;
        _places = places;
        _mask = AdditiveMask(nodes.Mask);
        string batchAndSequence = graph.Add("Shape", [nodes.Mask]);
        _allTokens = graph.Add("Concat", [batchAndSequence, graph.Vector(_config.Heads, _config.HeadSize)], new OnnxAttribute("axis", 0L));
        _read = nodes.Read;
        _edits = nodes.Edits;
        _prefixes = _edits.PrefixLength > 0 ? new PrefixNodes(graph, _config, _edits.PrefixLength, nodes.Mask) : null;
    }

    /// <summary>Gives the context of a layer, flat as the queries are.</summary>
    public string Attend(int layer, string queries, string keys, string values, bool readTokensOnly)
    {
        string q = Split(queries, readTokensOnly ? _graph.Vector(-1, _read, _config.Heads, _config.HeadSize) : _allTokens); // [B, Tq, h, d]
        string k = Split(keys, _allTokens); // [B, T, h, d]
        string v = Split(values, _allTokens);
        (q, k) = _places?.Turned(layer, q, k, readTokensOnly) ?? (q, k);
        float scale = _places?.Scale(_config.HeadSize) ?? 1f / MathF.Sqrt(_config.HeadSize);
        string scaled = _graph.Add("Mul", [Transpose(q, HeadsFirst), _graph.Scalar(scale)]); // [B, h, Tq, d]
        string own = Transpose(k, HeadsFirstTransposed); // [B, h, d, T]
        string mask = _places?.Masked(layer, _mask, readTokensOnly) ?? _mask;
        string? added = _places?.Added(layer, scaled, own, readTokensOnly);
        if (_edits.Prefix(layer) is { } prefix)
        {
            // T is P + T from here on.
            (k, v) = _prefixes!.Before(layer, prefix, k, v);
            own = Transpose(k, HeadsFirstTransposed);
            mask = _prefixes.Widened(mask, dimensions: 4);
            added = added is null ? null : _prefixes.Widened(added, _places!.AddedDimensions);
        }

        string scores = _graph.Add("MatMul", [scaled, own]); // [B, h, Tq, T]
        scores = added is null ? scores : _graph.Add("Add", [scores, added]);
        string probabilities = _graph.Add("Softmax", [_graph.Add("Add", [scores, mask])], new OnnxAttribute("axis", -1L));
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
