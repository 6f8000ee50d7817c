using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Onnx.Families.DebertaV2;
using Microsoft.ML.AdaMix.Onnx.Families.ModernBert;
using Microsoft.ML.AdaMix.Onnx.Families.MPNet;

namespace Microsoft.ML.AdaMix.Onnx.Families;

/// <summary>How a family's layers are built of nodes: BERT's, unless a family overrides it.</summary>
internal class FamilyGraph
{
    private static readonly FamilyGraph Bert = new();

    private static readonly Dictionary<EncoderFamily, FamilyGraph> Others = new()
    {
        [EncoderFamily.MPNet] = new MPNetGraph(),
        [EncoderFamily.DebertaV2] = new DebertaV2Graph(),
        [EncoderFamily.ModernBert] = new ModernBertGraph(),
    };

    public static FamilyGraph Of(EncoderFamily family) => Others.GetValueOrDefault(family, Bert);

    /// <summary>What attention knows of places; null for what the embeddings say alone.</summary>
    public virtual PlaceNodes? Places(LayerNodes nodes) => null;

    /// <summary>A layer: attention and feed-forward, each with residual and LayerNorm behind it.</summary>
    /// <param name="nodes">The parts.</param>
    /// <param name="attention">The attention.</param>
    /// <param name="index">Which layer.</param>
    /// <param name="queries">The tokens to compute: all, [B T, H], or those that the head reads, [B R, H].</param>
    /// <param name="hidden">All tokens, [B T, H].</param>
    /// <param name="readTokensOnly">Which of the two <paramref name="queries"/> is.</param>
    public virtual string Layer(
        LayerNodes nodes, AttentionNodes attention, int index, string queries, string hidden, bool readTokensOnly)
    {
        string weights = EncoderTensors.WeightsOf(nodes.Config, index);
        string layer = EncoderTensors.Layer(index);
        nodes.Graph.Scope = layer;
        string self = $"{weights}attention.self.";
        string[] projected = readTokensOnly
            ? [.. nodes.Linear([$"{self}query"], queries), .. nodes.Linear([$"{self}key", $"{self}value"], hidden)]
            : nodes.Linear([$"{self}query", $"{self}key", $"{self}value"], hidden);
        string context = attention.Attend(index, projected[0], projected[1], projected[2], readTokensOnly);
        string a = Sublayer(nodes, layer, weights, "attention.output", context, queries); // [.., H]
        string inner = nodes.Graph.Activate(nodes.Config.HiddenActivation, nodes.Linear($"{weights}intermediate.dense", a)); // [.., I]
        return Sublayer(nodes, layer, weights, "output", inner, a);
    }

    /// <summary>What stands behind the last layer, [.., H].</summary>
    public virtual string Finish(LayerNodes nodes, string hidden) => hidden;

    /// <summary>LayerNorm(f + a): f is the projection of x with what edits make of it, a the residual.</summary>
    private static string Sublayer(LayerNodes nodes, string layer, string weights, string module, string x, string a)
    {
        string f = nodes.Sublayer(layer + module, nodes.Linear($"{weights}{module}.dense", x), a); // [.., H]
        return nodes.Modules.LayerNorm($"{weights}{module}.LayerNorm", nodes.Graph.Add("Add", [f, a]));
    }
}
