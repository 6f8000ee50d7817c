using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Models.Families.ModernBert;

namespace Microsoft.ML.AdaMix.Onnx.Families.ModernBert;

/// <summary>Layers with LayerNorms before attention and feed-forward, which is gated, and one behind the last layer.</summary>
internal sealed class ModernBertGraph : FamilyGraph
{
    public override PlaceNodes Places(LayerNodes nodes) => new RotaryNodes(nodes);

    public override string Layer(
        LayerNodes nodes, AttentionNodes attention, int index, string queries, string hidden, bool readTokensOnly)
    {
        string layer = EncoderTensors.Layer(index);
        OnnxGraph graph = nodes.Graph;
        graph.Scope = layer;
        string read = index == 0 ? hidden : nodes.Modules.LayerNorm(layer + ModernBertFamily.AttentionNorm, hidden); // [B T, H]
        string[] projected = graph.AddMany(
            "Split", [nodes.Linear(layer + ModernBertFamily.Projections, read), Sizes(graph, nodes.Config.HiddenSize, 3)], 3,
            new OnnxAttribute("axis", -1L));
        string query = readTokensOnly ? nodes.ReadTokens(projected[0]) : projected[0];
        string context = attention.Attend(index, query, projected[1], projected[2], readTokensOnly);
        string a = Sublayer(nodes, $"{layer}attention.output", context, readTokensOnly ? nodes.ReadTokens(read) : read, queries);
        string normed = nodes.Modules.LayerNorm(layer + ModernBertFamily.FeedForwardNorm, a); // [.., H]
        string[] halves = graph.AddMany(
            "Split", [nodes.Linear($"{layer}intermediate.dense", normed), Sizes(graph, nodes.Config.IntermediateSize, 2)], 2,
            new OnnxAttribute("axis", -1L));
        string inner = graph.Add("Mul", [graph.Activate(nodes.Config.HiddenActivation, halves[0]), halves[1]]); // [.., I]
        return Sublayer(nodes, $"{layer}output", inner, normed, a);
    }

    public override string Finish(LayerNodes nodes, string hidden) => nodes.Modules.LayerNorm(ModernBertFamily.FinalNorm, hidden);

    // f + a: f is the projection of x with what edits make of it, a the residual; input is what the sub-layer read.
    private static string Sublayer(LayerNodes nodes, string module, string x, string input, string a) =>
        nodes.Graph.Add("Add", [nodes.Sublayer(module, nodes.Linear($"{module}.dense", x), input), a]);

    private static string Sizes(OnnxGraph graph, int size, int parts) =>
        graph.Vector([.. Enumerable.Repeat((long)size, parts)]);
}
