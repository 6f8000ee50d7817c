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
    private readonly int _read; // R, tokens of a text that the head reads

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
        _read = model.Input.Template?.Masks ?? 1;
        _attention = new AttentionNodes(_graph, _config, _mask, model.Edits, _read);
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
            hidden = Layer(layer, hidden, hidden, readTokensOnly: false); // [B T, H]
        }

        // Nothing reads the last layer's other tokens.
        string read = Layer(_config.Layers - 1, ReadTokens(hidden), hidden, readTokensOnly: true); // [B R, H]
        _graph.Scope = "";
        _graph.AddOutput(Head(read), new OnnxValue(Logits, IsInteger: false, ["batch", _model.Head.Outputs]));
        _graph.AddOutput(FirstOf(read), new OnnxValue(Embedding, IsInteger: false, ["batch", _config.HiddenSize]));
        return _graph;
    }

    /// <summary>A prompt's positions are visible always.</summary>
    private string WithPrompt(string mask, HostTensor? prompt) =>
        prompt is null ? mask : _graph.Add("Pad", [mask, _graph.Vector(0, prompt.Shape[0], 0, 0), _graph.Scalar(1L)]);

    /// <param name="index">Which layer.</param>
    /// <param name="queries">The tokens to compute: all, [B T, H], or those that the head reads, [B R, H].</param>
    /// <param name="hidden">All tokens, [B T, H].</param>
    /// <param name="readTokensOnly">Which of the two <paramref name="queries"/> is.</param>
    private string Layer(int index, string queries, string hidden, bool readTokensOnly)
    {
        string layer = EncoderTensors.Layer(index);
        _graph.Scope = layer;
        string self = $"{layer}attention.self.";
        string[] projected = readTokensOnly
            ? [.. Linear([$"{self}query"], queries), .. Linear([$"{self}key", $"{self}value"], hidden)]
            : Linear([$"{self}query", $"{self}key", $"{self}value"], hidden);
        string context = _attention.Attend(index, projected[0], projected[1], projected[2], readTokensOnly);
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

    private string Head(string read)
    {
        HeadWeights head = _model.Head;
        string dense = _modules.Linear(TunedTensors.HeadDense, read, head.DenseWeight, head.DenseBias); // [B R, H]
        string inner = head.Norm is { } norm ? Normalized(dense, norm) : _graph.Add("Tanh", [dense]);
        return _modules.Linear(TunedTensors.HeadOutput, inner, head.OutputWeight, head.OutputBias); // [B, outputs]
    }

    /// <summary>What a masked-LM head makes of its dense layer's output, [B R, H] to [B, R H].</summary>
    private string Normalized(string dense, HeadNorm norm)
    {
        string active = _graph.Activate(HeadNorm.ActivationOf(_config), dense);
        string normalized = _modules.LayerNorm(TunedTensors.HeadNorm, active, norm.Weight, norm.Bias);
        return _read == 1 ? normalized : _graph.Add("Reshape", [normalized, _graph.Vector(-1, _read * _config.HiddenSize)]);
    }

    /// <summary>[B R, H] to [B, H].</summary>
    private string FirstOf(string read) => _read == 1 ? read : _graph.Add(
        "Gather", [_graph.Add("Reshape", [read, _graph.Vector(-1, _read, _config.HiddenSize)]), _graph.Scalar(0L)],
        new OnnxAttribute("axis", 1L));

    /// <summary>[B T, H] to [B R, H].</summary>
    private string ReadTokens(string hidden)
    {
        string tokens = _graph.Add("Shape", [_mask]);
        string batch = _graph.Add("Concat", [tokens, _graph.Vector(_config.HiddenSize)], new OnnxAttribute("axis", 0L));
        string rows = _graph.Add("Reshape", [hidden, batch]); // [B, T, H]
        if (_model.Input.Template is not { } template)
        {
            return _graph.Add("Gather", [rows, _graph.Scalar(0L)], new OnnxAttribute("axis", 1L));
        }

        // The first mask of each text, and those that follow it; behind the prompt.
        string isMask = _graph.Add("Equal", [InputIds, _graph.Scalar((long)template.MaskId)]); // [B, text]
        string first = _graph.Add(
            "ArgMax", [_graph.Add("Cast", [isMask], new OnnxAttribute("to", 6L))], new OnnxAttribute("axis", 1L)); // int64 [B, 1]
        int prompt = _model.Edits.Prompt?.Shape[0] ?? 0;
        long[] following = [.. Enumerable.Range(prompt, _read).Select(place => (long)place)];
        string places = _graph.Add("Unsqueeze", [_graph.Add("Add", [first, _graph.Vector(following)]), _graph.Vector(2)]); // [B, R, 1]
        string read = _graph.Add("GatherND", [rows, places], new OnnxAttribute("batch_dims", 1L)); // [B, R, H]
        return _graph.Add("Reshape", [read, _graph.Vector(-1, _config.HiddenSize)]);
    }
}
