using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>Linear modules, LayerNorms and tables as nodes, with the model's edits folded into the encoder's weights.</summary>
/// <remarks>
/// What was folded belongs to this model alone and is embedded, as tensors of edits and head are; untouched tensors are embedded only in a
/// self-contained graph.
/// </remarks>
internal sealed class ModuleNodes : IEncoderNodes
{
    private readonly OnnxGraph _graph;
    private readonly LoadedEncoder _encoder;
    private readonly FoldedWeights _folded;
    private readonly bool _embedEncoder;

    /// <param name="graph">Where the nodes go.</param>
    /// <param name="model">Encoder and edits.</param>
    /// <param name="embedEncoder">Whether untouched tensors are part of the graph.</param>
    public ModuleNodes(OnnxGraph graph, TunedModel model, bool embedEncoder)
    {
        _graph = graph;
        _encoder = model.Encoder;
        _folded = new FoldedWeights(model.Encoder, model.Edits);
        _embedEncoder = embedEncoder;
    }

    public EncoderConfig Config => _encoder.Config;

    /// <summary>A tensor of the encoder with its edits.</summary>
    public HostTensor this[string tensor] => _folded[tensor];

    /// <summary>Whether the model has a tensor of its own in the place of the encoder's.</summary>
    public bool IsFolded(string tensor) => _folded.IsChanged(tensor);

    /// <summary>Whether no edit wants a tensor to stay float32.</summary>
    public bool TakesInt8(string tensor) => _folded.TakesInt8(tensor);

    public string Add(string operation, string[] inputs, params OnnxAttribute[] attributes) => _graph.Add(operation, inputs, attributes);

    public string Scalar(float value) => _graph.Scalar(value);

    public string Vector(params long[] values) => _graph.Vector(values);

    public string Activate(Activation activation, string x) => _graph.Activate(activation, x);

    /// <summary>Whether what is made of some tensors of the encoder is part of the graph.</summary>
    public bool AreEmbedded(params IEnumerable<string> tensors) => tensors.Any(IsEmbedded);

    /// <summary>Declares a tensor of the encoder.</summary>
    public string Weight(string tensor) => _graph.Weight(tensor, this[tensor], IsEmbedded(tensor));

    /// <summary>Declares a tensor that the encoder has not.</summary>
    public string Weight(string name, HostTensor tensor) => _graph.Weight(name, tensor, embedded: true);

    /// <summary>Declares the first row of a table of the encoder, [hidden].</summary>
    public string FirstRow(string table)
    {
        HostTensor whole = this[table];
        HostTensor row = new(whole.Shape[1..], whole.Values[..whole.Shape[1]], whole.Storage);
        return _graph.Weight(table + "[0]", row, IsEmbedded(table));
    }

    /// <summary>A linear module of the encoder.</summary>
    public string Linear(string module, string x) => Gemm(x, Weight($"{module}.weight"), Bias(module));

    /// <summary>A linear module that the encoder has not.</summary>
    public string Linear(string name, string x, HostTensor weight, HostTensor bias) =>
        Gemm(x, Weight($"{name}.weight", weight), Weight($"{name}.bias", bias));

    /// <summary>A LayerNorm of the encoder.</summary>
    public string LayerNorm(string module, string x) => Norm(x, Weight($"{module}.weight"), Bias(module));

    /// <summary>A LayerNorm that the encoder has not.</summary>
    public string LayerNorm(string name, string x, HostTensor weight, HostTensor bias) =>
        Norm(x, Weight($"{name}.weight", weight), Weight($"{name}.bias", bias));

    /// <summary>x W^T + b; takes the checkpoint's [out, in] weight as it is.</summary>
    public string Gemm(string x, string weight, string? bias) =>
        _graph.Add("Gemm", bias is null ? [x, weight] : [x, weight, bias], new OnnxAttribute("transB", 1L));

    /// <summary>Whether the encoder has a tensor.</summary>
    public bool Has(string tensor) => _encoder.Weights.ContainsKey(tensor);

    private string? Bias(string module) => Has($"{module}.bias") ? Weight($"{module}.bias") : null;

    private string Norm(string x, string weight, string? bias) => _graph.Add(
        "LayerNormalization", bias is null ? [x, weight] : [x, weight, bias],
        new OnnxAttribute("axis", -1L), new OnnxAttribute("epsilon", (float)Config.LayerNormEpsilon));

    private bool IsEmbedded(string tensor) => _embedEncoder || IsFolded(tensor);
}
