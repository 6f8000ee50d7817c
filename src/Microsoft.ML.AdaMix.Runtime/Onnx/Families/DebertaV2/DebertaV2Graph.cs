namespace Microsoft.ML.AdaMix.Onnx.Families.DebertaV2;

/// <summary>BERT's layers, whose scores read content and relative positions apart.</summary>
internal sealed class DebertaV2Graph : FamilyGraph
{
    public override PlaceNodes Places(LayerNodes nodes) => new DisentangledNodes(nodes);
}
