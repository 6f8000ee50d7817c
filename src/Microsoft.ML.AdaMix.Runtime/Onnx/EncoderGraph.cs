using Microsoft.ML.AdaMix.Models;

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
    private readonly ModuleNodes _modules;
    private readonly Int8Nodes? _int8;
    private readonly AttentionNodes _attention;
    private readonly string _mask; // int64 [B, T]

    private EncoderGraph(TunedModel model, bool embedEncoder, QuantizedEncoder? quantized)
    {
        _model = model;
        _config = model.Encoder.Config;
        _graph = new OnnxGraph
        {
            Inputs = [.. InputNames(_config).Select(name => new OnnxValue(name, IsInteger: true, ["batch", "sequence"]))],
        };
        _modules = new ModuleNodes(_graph, model, embedEncoder);
        _int8 = quantized is null ? null : new Int8Nodes(_graph, _modules, quantized);
        _mask = WithPrompt(AttentionMask, model.Edits.Prompt);
        _attention = new AttentionNodes(_graph, _config, _mask, model.Edits);
    }

    /// <summary>The graph's inputs, as a Hugging Face export names them.</summary>
    public static string[] InputNames(EncoderConfig config) => config.Family == EncoderFamily.Bert
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
        string hidden = new EmbeddingNodes(_graph, _modules, _config, _model.Edits).Embed(); // [B T, H]
        for (int layer = 0; layer < _config.Layers - 1; layer++)
        {
            hidden = Layer(layer, hidden, hidden, firstTokenOnly: false); // [B T, H]
        }

        // Nothing reads the last layer's other tokens.
        string first = Layer(_config.Layers - 1, FirstTokens(hidden), hidden, firstTokenOnly: true); // [B, H]
        _graph.Scope = "";
        _graph.AddOutput(Head(first), new OnnxValue(Logits, IsInteger: false, ["batch", _model.Head.Outputs]));
        _graph.AddOutput(first, new OnnxValue(Embedding, IsInteger: false, ["batch", _config.HiddenSize]));
        return _graph;
    }

    /// <summary>A prompt's positions are visible always.</summary>
    private string WithPrompt(string mask, HostTensor? prompt) =>
        prompt is null ? mask : _graph.Add("Pad", [mask, _graph.Vector(0, prompt.Shape[0], 0, 0), _graph.Scalar(1L)]);

    /// <param name="index">Which layer.</param>
    /// <param name="queries">The tokens to compute: all, [B T, H], or the first of each text, [B, H].</param>
    /// <param name="hidden">All tokens, [B T, H].</param>
    /// <param name="firstTokenOnly">Which of the two <paramref name="queries"/> is.</param>
    private string Layer(int index, string queries, string hidden, bool firstTokenOnly)
    {
        string layer = EncoderTensors.Layer(index);
        _graph.Scope = layer;
        string self = $"{layer}attention.self.";
        string[] projected = firstTokenOnly
            ? [.. Linear([$"{self}query"], queries), .. Linear([$"{self}key", $"{self}value"], hidden)]
            : Linear([$"{self}query", $"{self}key", $"{self}value"], hidden);
        string context = _attention.Attend(index, projected[0], projected[1], projected[2], firstTokenOnly);
        string a = Sublayer($"{layer}attention.output", context, queries); // [.., H]
        string inner = _graph.Activate(_config.HiddenActivation, Linear($"{layer}intermediate.dense", a)); // [.., I]
        return Sublayer($"{layer}output", inner, a);
    }

    private string Linear(string module, string x) => Linear([module], x)[0];

    /// <summary>Linear modules of the encoder that read the same.</summary>
    private string[] Linear(string[] modules, string x)
    {
        bool int8 = _int8 is not null && Array.TrueForAll(modules, module => _modules.TakesInt8($"{module}.weight"));
        string[] projected = int8 ? _int8!.Linear(modules, x) : Array.ConvertAll(modules, module => _modules.Linear(module, x));
        return [.. projected.Select((output, index) =>
            _model.Edits.Aggregate(output, (changed, edit) => edit.Projected(_modules, modules[index], x, changed)))];
    }

    /// <summary>LayerNorm(f + a): f is the projection of <paramref name="x"/> with what edits make of it, a the residual.</summary>
    private string Sublayer(string module, string x, string a)
    {
        string f = Linear($"{module}.dense", x); // [.., H]
        f = _model.Edits.Aggregate(f, (changed, edit) => edit.Sublayer(_modules, module, changed, a));
        return _modules.LayerNorm($"{module}.LayerNorm", _graph.Add("Add", [f, a]));
    }

    private string Head(string first)
    {
        HeadWeights head = _model.Head;
        string dense = _modules.Linear(TunedTensors.HeadDense, first, head.DenseWeight, head.DenseBias);
        return _modules.Linear(TunedTensors.HeadOutput, _graph.Add("Tanh", [dense]), head.OutputWeight, head.OutputBias); // [B, outputs]
    }

    /// <summary>[B T, H] to [B, H].</summary>
    private string FirstTokens(string hidden)
    {
        string tokens = _graph.Add("Shape", [_mask]);
        string batch = _graph.Add("Concat", [tokens, _graph.Vector(_config.HiddenSize)], new OnnxAttribute("axis", 0L));
        return _graph.Add("Gather", [_graph.Add("Reshape", [hidden, batch]), _graph.Scalar(0L)], new OnnxAttribute("axis", 1L));
    }
}
