using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>One operation.</summary>
/// <param name="Operator">Its name.</param>
/// <param name="Inputs">Names of values; an empty name for an optional input that is not given.</param>
/// <param name="Outputs">Names of its outputs; the first is its own name too.</param>
/// <param name="Attributes">Its attributes.</param>
/// <param name="Domain">Empty for a standard operator.</param>
internal sealed record OnnxNode(string Operator, string[] Inputs, string[] Outputs, OnnxAttribute[] Attributes, string Domain = "");

/// <summary>A constant vector of integers, such as a shape; or one integer without dimensions.</summary>
internal sealed record OnnxIntegers(string Name, long[] Values, bool IsScalar);

/// <summary>An input or output: int64 or float, each dimension a number or a symbol.</summary>
internal sealed record OnnxValue(string Name, bool IsInteger, object[] Dimensions);

/// <summary>A graph under construction. Nodes are added in the order in which they compute.</summary>
internal sealed class OnnxGraph
{
    /// <summary>Domain of ONNX Runtime's own operators.</summary>
    public const string MicrosoftDomain = "com.microsoft";

    private readonly Dictionary<string, OnnxWeight> _weights = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OnnxIntegers> _integers = new(StringComparer.Ordinal);
    private readonly List<OnnxNode> _nodes = [];
    private readonly List<OnnxValue> _outputs = [];

    public required IReadOnlyList<OnnxValue> Inputs { get; init; }

    public IReadOnlyList<OnnxValue> Outputs => _outputs;

    public IReadOnlyList<OnnxNode> Nodes => _nodes;

    public IReadOnlyCollection<OnnxWeight> Weights => _weights.Values;

    public IReadOnlyCollection<OnnxIntegers> Integers => _integers.Values;

    /// <summary>What names of nodes begin with, for people who look at the graph.</summary>
    public string Scope { get; set; } = "";

    /// <summary>Adds a standard operation and gives the name of its output.</summary>
    public string Add(string operation, string[] inputs, params OnnxAttribute[] attributes) =>
        Add(operation, inputs, 1, attributes, domain: "")[0];

    /// <summary>Adds a standard operation with several outputs and gives their names.</summary>
    public string[] AddMany(string operation, string[] inputs, int outputs, params OnnxAttribute[] attributes) =>
        Add(operation, inputs, outputs, attributes, domain: "");

    /// <summary>Adds an operation of ONNX Runtime's own and gives the name of its output.</summary>
    public string AddMicrosoft(string operation, string[] inputs, params OnnxAttribute[] attributes) =>
        Add(operation, inputs, 1, attributes, MicrosoftDomain)[0];

    /// <summary>Makes a value an output of the graph.</summary>
    public void AddOutput(string value, OnnxValue output)
    {
        _nodes.Add(new OnnxNode("Identity", [value], [output.Name], []));
        _outputs.Add(output);
    }

    /// <summary>Declares a weight once and gives its name.</summary>
    public string Weight(string name, HostTensor tensor, bool embedded)
    {
        _weights.TryAdd(name, new OnnxFloats(name, tensor, embedded));
        return name;
    }

    /// <summary>Declares a weight of bytes once and gives its name.</summary>
    public string Bytes(string name, ByteTensor tensor, bool embedded)
    {
        _weights.TryAdd(name, new OnnxBytes(name, tensor, embedded));
        return name;
    }

    /// <summary>A constant vector of integers.</summary>
    public string Vector(params long[] values) => Integer(values, isScalar: false);

    /// <summary>A constant integer without dimensions.</summary>
    public string Scalar(long value) => Integer([value], isScalar: true);

    /// <summary>A constant number without dimensions.</summary>
    public string Scalar(float value) =>
        Weight(FormattableString.Invariant($"float {value:R}"), HostTensor.From([], [value]), embedded: true);

    private string[] Add(string operation, string[] inputs, int outputs, OnnxAttribute[] attributes, string domain)
    {
        string name = FormattableString.Invariant($"{Scope}{operation}_{_nodes.Count}");
        string[] names = [name, .. Enumerable.Range(1, outputs - 1).Select(output => FormattableString.Invariant($"{name}.{output}"))];
        _nodes.Add(new OnnxNode(operation, inputs, names, attributes, domain));
        return names;
    }

    private string Integer(long[] values, bool isScalar)
    {
        string name = isScalar ? FormattableString.Invariant($"int64 {values[0]}") : $"int64 [{string.Join(", ", values)}]";
        _integers.TryAdd(name, new OnnxIntegers(name, values, isScalar));
        return name;
    }
}
