using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Models.Families.MPNet;

namespace Microsoft.ML.AdaMix.Onnx.Families.MPNet;

/// <summary>BERT's layers, whose scores have a table of relative positions beside them.</summary>
internal sealed class MPNetGraph : FamilyGraph
{
    public override PlaceNodes Places(LayerNodes nodes) => new RelativeTable(nodes);

    private sealed class RelativeTable : PlaceNodes
    {
        private readonly OnnxGraph _graph;
        private readonly string _all; // [heads, T, T]
        private string? _first; // [heads, 1, T]

        public RelativeTable(LayerNodes nodes)
        {
            _graph = nodes.Graph;
            int most = nodes.Config.MaxPositions;
            long[] buckets = [.. Enumerable.Range(-most, (2 * most) + 1).Select(distance => (long)RelativeBuckets.Of(distance))];
            string distances = PlaceDistances.All(_graph, PlaceDistances.Length(nodes)); // [T, T]
            string bucket = _graph.Add("Gather", [_graph.Vector(buckets), _graph.Add("Add", [distances, _graph.Scalar((long)most)])]);
            string found = _graph.Add("Gather", [nodes.Modules.Weight(MPNetFamily.RelativeTable), bucket]); // [T, T, heads]
            _all = _graph.Add("Transpose", [found], new OnnxAttribute("perm", new long[] { 2, 0, 1 }));
        }

        public override int AddedDimensions => 3;

        public override string Added(int layer, string queries, string keys, bool readTokensOnly) =>
            readTokensOnly ? _first ??= PlaceDistances.FirstQuery(_graph, _all, axis: 1) : _all;
    }
}
