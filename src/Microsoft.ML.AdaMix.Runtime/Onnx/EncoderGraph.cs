using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>
/// The forward pass of a merged model as an ONNX graph: embeddings, layers with their adapters, head. Hidden states are kept flat,
/// [B T, H], so that every linear layer is one Gemm that takes the checkpoint's [out, in] weight as it is.
/// </summary>
internal sealed class EncoderGraph
{
    public const string InputIds = "input_ids";
    public const string AttentionMask = "attention_mask";
    public const string TokenTypeIds = "token_type_ids";
    public const string Logits = "logits";
    public const string Embedding = "embedding";

    private readonly MergedModel _model;
    private readonly EncoderConfig _config;
    private readonly OnnxGraph _graph;
    private readonly AttentionNodes _attention;
    private readonly bool _embedEncoder;

    private EncoderGraph(MergedModel model, bool embedEncoder)
    {
        _model = model;
        _config = model.Encoder.Config;
        _embedEncoder = embedEncoder;
        _graph = new OnnxGraph
        {
            Inputs = [.. InputNames(_config).Select(name => new OnnxValue(name, IsInteger: true, ["batch", "sequence"]))],
            Outputs =
            [
                new OnnxValue(Logits, IsInteger: false, ["batch", model.Head.Outputs]),
                new OnnxValue(Embedding, IsInteger: false, ["batch", _config.HiddenSize]),
            ],
        };
        _attention = new AttentionNodes(_graph, _config, AttentionMask);
    }

    /// <summary>The graph's inputs, as a Hugging Face export names them.</summary>
    public static string[] InputNames(EncoderConfig config) => config.Family == EncoderFamily.Bert
        ? [InputIds, AttentionMask, TokenTypeIds]
        : [InputIds, AttentionMask];

    /// <summary>Builds the graph of a model; adapters and head, which no other model shares, are always embedded.</summary>
    /// <param name="model">The model.</param>
    /// <param name="embedEncoder">True: the graph is self-contained. False: the session is handed the encoder's memory.</param>
    public static OnnxGraph Build(MergedModel model, bool embedEncoder)
    {
        int layers = model.Encoder.Config.Layers;
        if (model.Adapters.Count != layers)
        {
            throw new InvalidDataException(
                $"The model has adapters for {model.Adapters.Count} layers, but encoder '{model.Encoder.Name}' has {layers} layers. Was it trained on another encoder?");
        }

        return new EncoderGraph(model, embedEncoder).Build();
    }

    private OnnxGraph Build()
    {
        string hidden = Embeddings(); // [B T, H]
        for (int layer = 0; layer < _config.Layers - 1; layer++)
        {
            hidden = Layer(layer, hidden, hidden, firstTokenOnly: false); // [B T, H]
        }

        // Nothing reads the last layer's other tokens.
        string first = Layer(_config.Layers - 1, FirstTokens(hidden), hidden, firstTokenOnly: true); // [B, H]
        _graph.Scope = "";
        _graph.Name(first, Embedding);
        _graph.Name(Head(first), Logits);
        return _graph;
    }

    private string Embeddings()
    {
        _graph.Scope = "embeddings.";
        string words = _graph.Add("Gather", [Encoder("embeddings.word_embeddings.weight"), InputIds]); // [B, T, H]
        string positions = _graph.Add("Gather", [Encoder("embeddings.position_embeddings.weight"), Positions()]);
        string sum = _graph.Add("Add", [_graph.Add("Add", [words, TokenTypes()]), positions]);
        string flat = _graph.Add("Reshape", [sum, _graph.Vector(-1, _config.HiddenSize)]); // [B T, H]
        return LayerNorm("embeddings.LayerNorm", flat);
    }

    /// <summary>Position ids: RoBERTa counts the ids that are not the padding id, from padding id + 1; BERT counts tokens from 0.</summary>
    private string Positions()
    {
        if (_config.Family == EncoderFamily.Bert)
        {
            string length = _graph.Add("Gather", [_graph.Add("Shape", [InputIds]), _graph.Scalar(1L)]);
            return _graph.Add("Range", [_graph.Scalar(0L), length, _graph.Scalar(1L)]); // [T]
        }

        string padding = _graph.Scalar((long)_config.PadTokenId);
        string isToken = _graph.Add("Not", [_graph.Add("Equal", [InputIds, padding])]);
        string ones = _graph.Add("Cast", [isToken], new OnnxAttribute("to", 7L)); // int64 [B, T]
        string counts = _graph.Add("CumSum", [ones, _graph.Scalar(1L)]);
        return _graph.Add("Add", [_graph.Add("Mul", [counts, ones]), padding]);
    }

    private string TokenTypes()
    {
        const string Table = "embeddings.token_type_embeddings.weight";
        if (_config.Family == EncoderFamily.Bert)
        {
            return _graph.Add("Gather", [Encoder(Table), TokenTypeIds]);
        }

        HostTensor table = _model.Encoder[Table]; // all RoBERTa tokens are of type 0
        HostTensor first = new([_config.HiddenSize], table.Values[.._config.HiddenSize], table.Storage);
        return _graph.Weight(Table + "[0]", first, _embedEncoder);
    }

    /// <param name="index">Which layer.</param>
    /// <param name="queries">The tokens to compute: all, [B T, H], or the first of each text, [B, H].</param>
    /// <param name="hidden">All tokens, [B T, H].</param>
    /// <param name="firstTokenOnly">Which of the two <paramref name="queries"/> is.</param>
    private string Layer(int index, string queries, string hidden, bool firstTokenOnly)
    {
        string layer = EncoderTensors.Layer(index);
        _graph.Scope = layer;
        string context = _attention.Attend(
            Linear($"{layer}attention.self.query", queries),
            Linear($"{layer}attention.self.key", hidden),
            Linear($"{layer}attention.self.value", hidden),
            firstTokenOnly);
        string attended = Linear($"{layer}attention.output.dense", context);
        string a = LayerNorm($"{layer}attention.output.LayerNorm", _graph.Add("Add", [attended, queries]));

        string inner = _graph.Activate(_config.HiddenActivation, Linear($"{layer}intermediate.dense", a)); // [.., I]
        string f = Linear($"{layer}output.dense", inner); // [.., H]
        if (_model.Adapters[index] is { } adapter)
        {
            f = Adapter($"{layer}adapter.", adapter, f);
        }

        return LayerNorm($"{layer}output.LayerNorm", _graph.Add("Add", [f, a]));
    }

    private string Adapter(string name, AdapterWeights adapter, string f)
    {
        int bottleneck = adapter.DownWeight.Shape.FirstOrDefault();
        string down = Linear($"{name}down", f, adapter.DownWeight, adapter.DownBias, [bottleneck, _config.HiddenSize]); // [.., bottleneck]
        string activated = _graph.Activate(adapter.Activation, down);
        string up = Linear($"{name}up", activated, adapter.UpWeight, adapter.UpBias, [_config.HiddenSize, bottleneck]); // [.., H]
        return _graph.Add("Add", [up, f]);
    }

    private string Head(string first)
    {
        HeadWeights head = _model.Head;
        string dense = Linear("head.dense", first, head.DenseWeight, head.DenseBias, [_config.HiddenSize, _config.HiddenSize]);
        return Linear("head.out", _graph.Add("Tanh", [dense]), head.OutputWeight, head.OutputBias, [head.Outputs, _config.HiddenSize]); // [B, outputs]
    }

    /// <summary>[B T, H] to [B, H].</summary>
    private string FirstTokens(string hidden)
    {
        string batch = _graph.Add("Concat", [_graph.Add("Shape", [InputIds]), _graph.Vector(_config.HiddenSize)], new OnnxAttribute("axis", 0L));
        return _graph.Add("Gather", [_graph.Add("Reshape", [hidden, batch]), _graph.Scalar(0L)], new OnnxAttribute("axis", 1L));
    }

    private string Linear(string name, string x) => Gemm(x, Encoder($"{name}.weight"), Encoder($"{name}.bias"));

    private string Linear(string name, string x, HostTensor weight, HostTensor bias, int[] shape)
    {
        CheckShape($"{name}.weight", weight, shape);
        CheckShape($"{name}.bias", bias, shape[..1]);
        return Gemm(x, _graph.Weight($"{name}.weight", weight, embedded: true), _graph.Weight($"{name}.bias", bias, embedded: true));
    }

    private void CheckShape(string name, HostTensor tensor, int[] expected)
    {
        if (!tensor.Shape.AsSpan().SequenceEqual(expected))
        {
            throw new InvalidDataException(
                $"Tensor '{name}' of the model has shape [{string.Join(", ", tensor.Shape)}], but with encoder '{_model.Encoder.Name}' it has to be [{string.Join(", ", expected)}]. Was it trained on another encoder?");
        }
    }

    private string Gemm(string x, string weight, string bias) => _graph.Add("Gemm", [x, weight, bias], new OnnxAttribute("transB", 1L));

    private string LayerNorm(string name, string x) => _graph.Add(
        "LayerNormalization", [x, Encoder($"{name}.weight"), Encoder($"{name}.bias")],
        new OnnxAttribute("axis", -1L), new OnnxAttribute("epsilon", (float)_config.LayerNormEpsilon));

    private string Encoder(string tensor) => _graph.Weight(tensor, _model.Encoder[tensor], _embedEncoder);
}
