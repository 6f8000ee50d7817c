using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>
/// Scaled dot-product attention between projected queries, keys and values, each flat as [rows of tokens, hidden]. The queries are either
/// those of all tokens or those of the first token of each text.
/// </summary>
internal sealed class AttentionNodes
{
    /// <summary>Added to the score of a padded key; the lowest float32, as in Hugging Face.</summary>
    private const float Masked = float.MinValue;

    private readonly OnnxGraph _graph;
    private readonly EncoderConfig _config;
    private readonly AttentionForm _form;
    private readonly string _batchAndSequence; // [2]: B, T
    private readonly string _mask;

    /// <param name="graph">Where the nodes go.</param>
    /// <param name="config">Says heads and sizes.</param>
    /// <param name="form">Which operators to use.</param>
    /// <param name="attentionMask">int64 [B, T], 1 for a token and 0 for padding.</param>
    public AttentionNodes(OnnxGraph graph, EncoderConfig config, AttentionForm form, string attentionMask)
    {
        _graph = graph;
        _config = config;
        _form = form;
        _batchAndSequence = graph.Add("Shape", [attentionMask]);
        _mask = form == AttentionForm.Fused
            ? graph.Add("Cast", [attentionMask], new OnnxAttribute("to", 6L)) // int32 [B, T]
            : AdditiveMask(attentionMask);
    }

    /// <summary>Gives the flat context [rows of queries, hidden].</summary>
    public string Attend(string queries, string keys, string values, bool firstTokenOnly)
    {
        string context = _form == AttentionForm.Fused
            ? Fused(Unflatten(queries, firstTokenOnly), Unflatten(keys, false), Unflatten(values, false))
            : Standard(Split(queries, firstTokenOnly), Split(keys, false), Split(values, false));
        return _graph.Add("Reshape", [context, _graph.Vector(-1, _config.HiddenSize)]);
    }

    private string Fused(string queries, string keys, string values) => _graph.Add(
        "MultiHeadAttention", OnnxGraph.MicrosoftDomain, [queries, keys, values, "", _mask],
        new OnnxAttribute("num_heads", (long)_config.Heads), new OnnxAttribute("mask_filter_value", Masked)); // [B, Tq, H]

    private string Standard(string queries, string keys, string values)
    {
        string q = _graph.Add("Transpose", [queries], new OnnxAttribute("perm", (long[])[0, 2, 1, 3])); // [B, h, Tq, d]
        string k = _graph.Add("Transpose", [keys], new OnnxAttribute("perm", (long[])[0, 2, 3, 1])); // [B, h, d, T]
        string v = _graph.Add("Transpose", [values], new OnnxAttribute("perm", (long[])[0, 2, 1, 3])); // [B, h, T, d]
        string scaled = _graph.Add("Mul", [q, _graph.Scalar(1f / MathF.Sqrt(_config.HeadSize))]);
        string scores = _graph.Add("Add", [_graph.Add("MatMul", [scaled, k]), _mask]); // [B, h, Tq, T]
        string probabilities = _graph.Add("Softmax", [scores], new OnnxAttribute("axis", -1L));
        string context = _graph.Add("MatMul", [probabilities, v]); // [B, h, Tq, d]
        return _graph.Add("Transpose", [context], new OnnxAttribute("perm", (long[])[0, 2, 1, 3])); // [B, Tq, h, d]
    }

    /// <summary>[rows, H] to [B, T, H].</summary>
    private string Unflatten(string rows, bool firstTokenOnly) => Reshape(rows, firstTokenOnly, _graph.Vector(_config.HiddenSize));

    /// <summary>[rows, H] to [B, T, h, d].</summary>
    private string Split(string rows, bool firstTokenOnly) =>
        Reshape(rows, firstTokenOnly, _graph.Vector(_config.Heads, _config.HeadSize));

    private string Reshape(string rows, bool firstTokenOnly, string inner)
    {
        string outer = firstTokenOnly ? _graph.Vector(-1, 1) : _batchAndSequence;
        return _graph.Add("Reshape", [rows, _graph.Add("Concat", [outer, inner], new OnnxAttribute("axis", 0L))]);
    }

    /// <summary>0 for a token, <see cref="Masked"/> for padding: [B, 1, 1, T].</summary>
    private string AdditiveMask(string attentionMask)
    {
        string padding = _graph.Add("Equal", [attentionMask, _graph.Scalar(0L)]);
        string added = _graph.Add("Where", [padding, _graph.Scalar(Masked), _graph.Scalar(0f)]);
        return _graph.Add("Unsqueeze", [added, _graph.Vector(1, 2)]);
    }
}
