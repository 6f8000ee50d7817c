using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>An attribute of a node; the value is a <see cref="long"/>, a <see cref="float"/>, a <see cref="string"/> or an array of <see cref="long"/>.</summary>
internal readonly record struct OnnxAttribute(string Name, object Value);

/// <summary>One standard operation with one output.</summary>
internal sealed record OnnxNode(string Operator, string[] Inputs, string Output, OnnxAttribute[] Attributes);

/// <summary>
/// A weight of the graph. The numbers of an embedded one are part of the model's bytes; of the others only name and shape are, and the
/// session is handed the memory itself.
/// </summary>
internal sealed record OnnxWeight(string Name, HostTensor Tensor, bool Embedded);

/// <summary>A constant vector of integers, such as a shape; or one integer without dimensions.</summary>
internal sealed record OnnxIntegers(string Name, long[] Values, bool IsScalar);

/// <summary>An input or output: int64 or float, each dimension a number or a symbol.</summary>
internal sealed record OnnxValue(string Name, bool IsInteger, object[] Dimensions);

/// <summary>A graph under construction. Nodes are added in the order in which they compute.</summary>
internal sealed class OnnxGraph
{
    private readonly Dictionary<string, OnnxWeight> _weights = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OnnxIntegers> _integers = new(StringComparer.Ordinal);
    private readonly List<OnnxNode> _nodes = [];

    public required IReadOnlyList<OnnxValue> Inputs { get; init; }

    public required IReadOnlyList<OnnxValue> Outputs { get; init; }

    public IReadOnlyList<OnnxNode> Nodes => _nodes;

    public IReadOnlyCollection<OnnxWeight> Weights => _weights.Values;

    public IReadOnlyCollection<OnnxIntegers> Integers => _integers.Values;

    /// <summary>What names of nodes begin with, for people who look at the graph.</summary>
    public string Scope { get; set; } = "";

    /// <summary>Adds a standard operation and gives the name of its output.</summary>
    public string Add(string operation, string[] inputs, params OnnxAttribute[] attributes)
    {
        string output = FormattableString.Invariant($"{Scope}{operation}_{_nodes.Count}");
        _nodes.Add(new OnnxNode(operation, inputs, output, attributes));
        return output;
    }

    /// <summary>Gives a value the name that an output was declared with.</summary>
    public void Name(string value, string output) => _nodes.Add(new OnnxNode("Identity", [value], output, []));

    /// <summary>Declares a weight once and gives its name.</summary>
    public string Weight(string name, HostTensor tensor, bool embedded)
    {
        _weights.TryAdd(name, new OnnxWeight(name, tensor, embedded));
        return name;
    }

    /// <summary>A constant vector of integers.</summary>
    public string Vector(params long[] values) => Integer(values, isScalar: false);

    /// <summary>A constant integer without dimensions.</summary>
    public string Scalar(long value) => Integer([value], isScalar: true);

    /// <summary>A constant number without dimensions.</summary>
    public string Scalar(float value) =>
        Weight(FormattableString.Invariant($"float {value:R}"), HostTensor.From([], [value]), embedded: true);

    private string Integer(long[] values, bool isScalar)
    {
        string name = isScalar ? FormattableString.Invariant($"int64 {values[0]}") : $"int64 [{string.Join(", ", values)}]";
        _integers.TryAdd(name, new OnnxIntegers(name, values, isScalar));
        return name;
    }
}
