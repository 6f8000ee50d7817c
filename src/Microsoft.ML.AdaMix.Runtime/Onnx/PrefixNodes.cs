using Microsoft.ML.AdaMix.Edits;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>Trained keys and values that stand before a layer's own, the same for every row and never masked.</summary>
internal sealed class PrefixNodes
{
    private readonly OnnxGraph _graph;
    private readonly EncoderConfig _config;
    private readonly int _length; // P
    private readonly Dictionary<string, string> _widened = new(StringComparer.Ordinal);
    private readonly string _everyRow; // [B, 1, 1, 1] as a shape

    /// <param name="graph">Where the nodes go.</param>
    /// <param name="config">Says heads and sizes.</param>
    /// <param name="length">P.</param>
    /// <param name="attentionMask">int64 [B, T].</param>
    public PrefixNodes(OnnxGraph graph, EncoderConfig config, int length, string attentionMask)
    {
        _graph = graph;
        _config = config;
        _length = length;
        string rows = graph.Add("Shape", [attentionMask], new OnnxAttribute("start", 0L), new OnnxAttribute("end", 1L));
        _everyRow = graph.Add("Concat", [rows, graph.Vector(1, 1, 1)], new OnnxAttribute("axis", 0L));
    }

    /// <summary>Keys and values [B, T, heads, head size] to [B, P + T, heads, head size].</summary>
    public (string Keys, string Values) Before(int layer, KeysAndValues prefix, string keys, string values) => (
        Concat(PrefixEdit.KeysName(layer), prefix.Keys, keys),
        Concat(PrefixEdit.ValuesName(layer), prefix.Values, values));

    /// <summary>What is added to scores, [.., T] to [.., P + T]: a prefix is never masked, and stands at no place.</summary>
    public string Widened(string x, int dimensions)
    {
        if (!_widened.TryGetValue(x, out string? widened))
        {
            long[] sides = new long[2 * dimensions];
            sides[dimensions - 1] = _length;
            widened = _graph.Add("Pad", [x, _graph.Vector(sides)]);
            _widened.Add(x, widened);
        }

        return widened;
    }

    private string Concat(string name, HostTensor prefix, string own)
    {
        HostTensor heads = prefix with { Shape = [1, prefix.Shape[0], _config.Heads, _config.HeadSize] };
        string every = _graph.Add("Expand", [_graph.Weight(name, heads, embedded: true), _everyRow]); // [B, P, h, d]
        return _graph.Add("Concat", [every, own], new OnnxAttribute("axis", 1L));
    }
}
