using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>What the layers of all families are built of: linear modules with what edits make of them, attention, read tokens.</summary>
internal sealed class LayerNodes
{
    private readonly TunedModel _model;
    private readonly Int8Nodes? _int8;

    public LayerNodes(OnnxGraph graph, TunedModel model, bool embedEncoder, QuantizedEncoder? quantized)
    {
        _model = model;
        Graph = graph;
        Modules = new ModuleNodes(graph, model, embedEncoder);
        _int8 = quantized is null ? null : new Int8Nodes(graph, Modules, quantized);
        Mask = WithPrompt(EncoderGraph.AttentionMask, model.Edits.Prompt);
        Read = model.Input.Template?.Masks ?? 1;
    }

    public OnnxGraph Graph { get; }

    public ModuleNodes Modules { get; }

    public EncoderConfig Config => _model.Encoder.Config;

    public EncoderEdits Edits => _model.Edits;

    /// <summary>int64 [B, T], 1 for a token and 0 for padding; a prompt's positions are among the tokens, and visible always.</summary>
    public string Mask { get; }

    /// <summary>R, tokens of a text that the head reads.</summary>
    public int Read { get; }

    public string Linear(string module, string x) => Linear([module], x)[0];

    /// <summary>Linear modules of the encoder that read the same.</summary>
    public string[] Linear(string[] modules, string x)
    {
        bool int8 = _int8 is not null && Array.TrueForAll(modules, module => Modules.TakesInt8($"{module}.weight"));
        return Tuned(modules, x, int8 ? _int8!.Linear(modules, x) : Array.ConvertAll(modules, module => Modules.Linear(module, x)));
    }

    /// <summary>A linear module of the encoder in float32, whatever the others are.</summary>
    public string LinearExact(string module, string x) => Tuned([module], x, [Modules.Linear(module, x)])[0];

    /// <summary>What edits make of what a sub-layer adds to its residual.</summary>
    public string Sublayer(string module, string output, string input) =>
        Edits.Aggregate(output, (changed, edit) => edit.Sublayer(Modules, module, changed, input));

    /// <summary>[B T, H] to [B, T, H].</summary>
    public string Rows(string hidden)
    {
        string batch = Graph.Add(
            "Concat", [Graph.Add("Shape", [Mask]), Graph.Vector(Config.HiddenSize)], new OnnxAttribute("axis", 0L));
        return Graph.Add("Reshape", [hidden, batch]);
    }

    /// <summary>[B T, H] to [B R, H].</summary>
    public string ReadTokens(string hidden)
    {
        string rows = Rows(hidden); // [B, T, H]
        if (_model.Input.Template is not { } template)
        {
            return Graph.Add("Gather", [rows, Graph.Scalar(0L)], new OnnxAttribute("axis", 1L));
        }

        // The first mask of each text, and those that follow it; behind the prompt.
        string isMask = Graph.Add("Equal", [EncoderGraph.InputIds, Graph.Scalar((long)template.MaskId)]); // [B, text]
        string first = Graph.Add(
            "ArgMax", [Graph.Add("Cast", [isMask], new OnnxAttribute("to", 6L))], new OnnxAttribute("axis", 1L)); // int64 [B, 1]
        int prompt = Edits.Prompt?.Shape[0] ?? 0;
        long[] following = [.. Enumerable.Range(prompt, Read).Select(place => (long)place)];
        string places = Graph.Add("Unsqueeze", [Graph.Add("Add", [first, Graph.Vector(following)]), Graph.Vector(2)]); // [B, R, 1]
        string read = Graph.Add("GatherND", [rows, places], new OnnxAttribute("batch_dims", 1L)); // [B, R, H]
        return Graph.Add("Reshape", [read, Graph.Vector(-1, Config.HiddenSize)]);
    }

    private string[] Tuned(string[] modules, string x, string[] projected) => [.. projected.Select((output, index) =>
        Edits.Aggregate(output, (changed, edit) => edit.Projected(Modules, modules[index], x, changed)))];

    private string WithPrompt(string mask, HostTensor? prompt) =>
        prompt is null ? mask : Graph.Add("Pad", [mask, Graph.Vector(0, prompt.Shape[0], 0, 0), Graph.Scalar(1L)]);
}
