using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Onnx.Families;

namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>
/// The forward pass of a tuned model as an ONNX graph: embeddings, layers, head, and at fixed places what the model's edits change.
/// </summary>
/// <remarks>Hidden states are kept flat, [B T, H], so that every linear layer is one Gemm. T counts the prompt's positions too.</remarks>
internal sealed class EncoderGraph
{
    public const string InputIds = "input_ids";
    public const string AttentionMask = "attention_mask";
    public const string TokenTypeIds = "token_type_ids";
    public const string Logits = "logits";
    public const string Embedding = "embedding";

    private readonly TunedModel _model;
    private readonly EncoderConfig _config;
    private readonly OnnxGraph _graph;
    private readonly LayerNodes _nodes;

    private EncoderGraph(TunedModel model, bool embedEncoder, QuantizedEncoder? quantized)
    {
        _model = model;
        _config = model.Encoder.Config;
        _graph = new OnnxGraph
        {
            Inputs = [.. InputNames(_config).Select(name => new OnnxValue(name, IsInteger: true, ["batch", "sequence"]))],
        };
        _nodes = new LayerNodes(_graph, model, embedEncoder, quantized);
    }

    /// <summary>The graph's inputs, as a Hugging Face export names them.</summary>
    public static string[] InputNames(EncoderConfig config) => config.Definition.ReadsTokenTypes(config)
        ? [InputIds, AttentionMask, TokenTypeIds]
        : [InputIds, AttentionMask];

    /// <summary>Builds the graph of a model; edits and head, which no other model shares, are always embedded.</summary>
    /// <param name="model">The model.</param>
    /// <param name="embedEncoder">
    /// True: the graph is self-contained. False: the session is handed the memory of the encoder's untouched tensors.
    /// </param>
    /// <param name="quantized">The encoder's matrices in int8; null for float32.</param>
    /// <exception cref="InvalidDataException">Edits or head do not fit the encoder.</exception>
    public static OnnxGraph Build(TunedModel model, bool embedEncoder, QuantizedEncoder? quantized = null)
    {
        TunedModelCheck.Check(model);
        return new EncoderGraph(model, embedEncoder, quantized).Build();
    }

    private OnnxGraph Build()
    {
        FamilyGraph family = FamilyGraph.Of(_config.Family);
        bool readsMean = _config.Definition.ReadsMean(_config);
        AttentionNodes attention = new(_nodes, family.Places(_nodes));
        string hidden = new EmbeddingNodes(_graph, _nodes.Modules, _config, _model.Edits).Embed(); // [B T, H]
        int all = readsMean ? _config.Layers : _config.Layers - 1;
        for (int layer = 0; layer < all; layer++)
        {
            hidden = family.Layer(_nodes, attention, layer, hidden, hidden, readTokensOnly: false); // [B T, H]
        }

        // Where a head reads some tokens, nothing reads the last layer's others.
        string read = readsMean
            ? Mean(family.Finish(_nodes, hidden)) // [B, H]
            : family.Finish( // [B R, H]
                _nodes, family.Layer(_nodes, attention, all, _nodes.ReadTokens(hidden), hidden, readTokensOnly: true));
        _graph.Scope = "";
        _graph.AddOutput(
            HeadNodes.Add(_graph, _nodes.Modules, _model, read), new OnnxValue(Logits, IsInteger: false, ["batch", _model.Head.Outputs]));
        _graph.AddOutput(FirstOf(read), new OnnxValue(Embedding, IsInteger: false, ["batch", _config.HiddenSize]));
        return _graph;
    }

    /// <summary>[B R, H] to [B, H].</summary>
    private string FirstOf(string read) => _nodes.Read == 1 ? read : _graph.Add(
        "Gather", [_graph.Add("Reshape", [read, _graph.Vector(-1, _nodes.Read, _config.HiddenSize)]), _graph.Scalar(0L)],
        new OnnxAttribute("axis", 1L));

    /// <summary>The mean over the tokens of each text, [B T, H] to [B, H].</summary>
    private string Mean(string hidden)
    {
        string mask = _graph.Add("Cast", [_nodes.Mask], new OnnxAttribute("to", 1L)); // float32 [B, T]
        string row = _graph.Add("Unsqueeze", [mask, _graph.Vector(1)]); // [B, 1, T]
        string sum = _graph.Add("MatMul", [row, _nodes.Rows(hidden)]); // [B, 1, H]
        string count = _graph.Add("ReduceSum", [row, _graph.Vector(-1)]); // [B, 1, 1]
        return _graph.Add("Reshape", [_graph.Add("Div", [sum, count]), _graph.Vector(-1, _config.HiddenSize)]);
    }
}
