namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>Distances between the places of tokens as nodes.</summary>
internal static class PlaceDistances
{
    /// <summary>The number of tokens of a padded text, int64 without dimensions.</summary>
    public static string Length(LayerNodes nodes) =>
        nodes.Graph.Add("Gather", [nodes.Graph.Add("Shape", [nodes.Mask]), nodes.Graph.Scalar(1L)]);

    /// <summary>Places 0 to T - 1, int64 [T].</summary>
    public static string Places(OnnxGraph graph, string length) => graph.Add("Range", [graph.Scalar(0L), length, graph.Scalar(1L)]);

    /// <summary>The query's place less the key's, int64 [T, T].</summary>
    public static string All(OnnxGraph graph, string length)
    {
        string places = Places(graph, length);
        return graph.Add("Sub", [graph.Add("Unsqueeze", [places, graph.Vector(1)]), graph.Add("Unsqueeze", [places, graph.Vector(0)])]);
    }

    /// <summary>The row of the first query of [T, T], or of [.., T, T] on the given axis.</summary>
    public static string FirstQuery(OnnxGraph graph, string x, long axis) =>
        graph.Add("Slice", [x, graph.Vector(0), graph.Vector(1), graph.Vector(axis)]);
}
