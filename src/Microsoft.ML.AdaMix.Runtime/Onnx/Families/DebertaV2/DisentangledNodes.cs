using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Models.Families.DebertaV2;

namespace Microsoft.ML.AdaMix.Onnx.Families.DebertaV2;

/// <summary>
/// Scores between content and relative positions. Of the table only those rows are projected that the longest text of a batch can reach.
/// </summary>
internal sealed class DisentangledNodes : PlaceNodes
{
    private static readonly long[] ColumnsOfHeads = [1, 2, 0];
    private static readonly long[] SwappedTokens = [0, 1, 3, 2];

    private readonly LayerNodes _nodes;
    private readonly OnnxGraph _graph;
    private readonly DisentangledPositions _positions;
    private readonly string _table; // [reached, hidden]
    private readonly string _rows; // int64 [T, T], of query and key
    private readonly Dictionary<(bool, bool), string> _indices = []; // [B, heads, .., ..] by (read tokens only, position to content)

    public DisentangledNodes(LayerNodes nodes)
    {
        _nodes = nodes;
        _graph = nodes.Graph;
        _positions = nodes.Config.Disentangled!;
        int most = nodes.Config.MaxPositions;
        string rows = _graph.Vector([.. Enumerable.Range(-most, (2 * most) + 1).Select(distance => (long)_positions.Row(distance))]);
        string RowOf(string distance) => _graph.Add("Gather", [rows, _graph.Add("Add", [distance, _graph.Scalar((long)most)])]);

        string length = PlaceDistances.Length(nodes);
        string farthest = _graph.Add("Sub", [length, _graph.Scalar(1L)]);
        string least = RowOf(_graph.Add("Neg", [farthest]));
        string end = _graph.Add("Add", [RowOf(farthest), _graph.Scalar(1L)]);
        string reached = _graph.Add("Slice",
            [nodes.Modules.Weight(DebertaV2Family.RelativeTable), Vector(least), Vector(end), _graph.Vector(0)]);
        _table = _positions.IsNormalized ? nodes.Modules.LayerNorm(DebertaV2Family.RelativeNorm, reached) : reached;
        _rows = _graph.Add("Sub", [RowOf(PlaceDistances.All(_graph, length)), least]);
    }

    public override float Scale(int headSize) => 1f / MathF.Sqrt(_positions.Terms * headSize);

    public override string? Added(int layer, string queries, string keys, bool readTokensOnly)
    {
        string? sum = null;
        if (_positions.ContentToPosition)
        {
            string scores = _graph.Add("MatMul", [queries, Projected(layer, "key")]); // [B, h, Tq, reached]
            sum = Gathered(scores, Indices(keys, readTokensOnly, toContent: false)); // [B, h, Tq, T]
        }

        if (_positions.PositionToContent)
        {
            // Each key's row, as if it were the query's, turned around.
            string places = _graph.Add("Mul", [Projected(layer, "query"), _graph.Scalar(Scale(_nodes.Config.HeadSize))]); // [h, d, reached]
            string turned = _graph.Add("Transpose", [keys], new OnnxAttribute("perm", SwappedTokens)); // [B, h, T, d]
            string found = Gathered(
                _graph.Add("MatMul", [turned, places]), Indices(keys, readTokensOnly, toContent: true)); // [B, h, T, Tq]
            string scores = _graph.Add("Transpose", [found], new OnnxAttribute("perm", SwappedTokens)); // [B, h, Tq, T]
            sum = sum is null ? scores : _graph.Add("Add", [sum, scores]);
        }

        return sum;
    }

    // The table by a layer's own matrix, [heads, d, reached].
    private string Projected(int layer, string projection)
    {
        string module = $"{EncoderTensors.WeightsOf(_nodes.Config, layer)}attention.self.{projection}";
        string heads = _graph.Add("Reshape",
            [_nodes.LinearExact(module, _table), _graph.Vector(-1, _nodes.Config.Heads, _nodes.Config.HeadSize)]);
        return _graph.Add("Transpose", [heads], new OnnxAttribute("perm", ColumnsOfHeads));
    }

    // int64 [B, heads, Tq, T], or [B, heads, T, Tq].
    private string Indices(string keys, bool readTokensOnly, bool toContent)
    {
        if (!_indices.TryGetValue((readTokensOnly, toContent), out string? indices))
        {
            string rows = readTokensOnly ? PlaceDistances.FirstQuery(_graph, _rows, axis: 0) : _rows; // [Tq, T]
            rows = toContent ? _graph.Add("Transpose", [rows]) : rows;
            string batch = _graph.Add("Shape", [keys], new OnnxAttribute("start", 0L), new OnnxAttribute("end", 1L));
            string shape = _graph.Add(
                "Concat", [batch, _graph.Vector(_nodes.Config.Heads), _graph.Add("Shape", [rows])], new OnnxAttribute("axis", 0L));
            indices = _graph.Add("Expand", [rows, shape]);
            _indices.Add((readTokensOnly, toContent), indices);
        }

        return indices;
    }

    private string Gathered(string scores, string indices) =>
        _graph.Add("GatherElements", [scores, indices], new OnnxAttribute("axis", -1L));

    private string Vector(string scalar) => _graph.Add("Unsqueeze", [scalar, _graph.Vector(0)]);
}
