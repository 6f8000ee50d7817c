using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Models.Families.ModernBert;

namespace Microsoft.ML.AdaMix.Onnx.Families.ModernBert;

/// <summary>Turns queries and keys by their places, and hides from local layers what is far.</summary>
internal sealed class RotaryNodes : PlaceNodes
{
    private readonly LayerNodes _nodes;
    private readonly OnnxGraph _graph;
    private readonly RotaryPositions _positions;
    private readonly string _length;
    private readonly Dictionary<bool, (string Cos, string Sin)> _angles = []; // [T, 1, d / 2], by whether the layer is global
    private string? _window; // [B, 1, T, T]
    private string? _firstWindow; // [B, 1, 1, T]

    public RotaryNodes(LayerNodes nodes)
    {
        _nodes = nodes;
        _graph = nodes.Graph;
        _positions = nodes.Config.Rotary!;
        _length = PlaceDistances.Length(nodes);
    }

    // The first token stands at 0, where nothing turns.
    public override (string Queries, string Keys) Turned(int layer, string queries, string keys, bool readTokensOnly) =>
        (readTokensOnly ? queries : Turned(layer, queries), Turned(layer, keys));

    public override string Masked(int layer, string mask, bool readTokensOnly)
    {
        if (_positions.IsGlobal[layer])
        {
            return mask;
        }

        _window ??= Window(mask);
        return readTokensOnly ? _firstWindow ??= PlaceDistances.FirstQuery(_graph, _window, axis: 2) : _window;
    }

    // The lower of two lowest numbers is one of them; their sum would be −∞.
    private string Window(string mask)
    {
        string far = _graph.Add("Abs", [PlaceDistances.All(_graph, _length)]); // [T, T]
        string isHidden = _graph.Add("Greater", [far, _graph.Scalar((long)_positions.Window)]);
        return _graph.Add("Min", [mask, _graph.Add("Where", [isHidden, _graph.Scalar(float.MinValue), _graph.Scalar(0f)])]);
    }

    // Channels j and j + d / 2 are a pair.
    private string Turned(int layer, string x)
    {
        (string cos, string sin) = Angles(layer);
        long half = _nodes.Config.HeadSize / 2;
        string[] halves = _graph.AddMany("Split", [x, _graph.Vector(half, half)], 2, new OnnxAttribute("axis", -1L));
        string Product(string a, string b) => _graph.Add("Mul", [a, b]);
        return _graph.Add(
            "Concat",
            [
                _graph.Add("Sub", [Product(halves[0], cos), Product(halves[1], sin)]),
                _graph.Add("Add", [Product(halves[1], cos), Product(halves[0], sin)]),
            ],
            new OnnxAttribute("axis", -1L));
    }

    private (string Cos, string Sin) Angles(int layer)
    {
        bool isGlobal = _positions.IsGlobal[layer];
        if (!_angles.TryGetValue(isGlobal, out (string, string) angles))
        {
            string places = _graph.Add("Cast", [PlaceDistances.Places(_graph, _length)], new OnnxAttribute("to", 1L)); // float32 [T]
            string column = _graph.Add("Unsqueeze", [places, _graph.Vector(1, 2)]); // [T, 1, 1]
            float[] steps = _positions.Steps(layer, _nodes.Config.HeadSize);
            string name = FormattableString.Invariant($"rotary steps {(isGlobal ? "global" : "local")}");
            string all = _graph.Add("Mul", [column, _graph.Weight(name, HostTensor.From([steps.Length], steps), embedded: true)]);
            angles = (_graph.Add("Cos", [all]), _graph.Add("Sin", [all])); // [T, 1, d / 2]
            _angles.Add(isGlobal, angles);
        }

        return angles;
    }
}
