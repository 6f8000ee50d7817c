namespace Microsoft.ML.AdaMix.Checkpoints;

/// <summary>A tensor as a file announces it.</summary>
/// <param name="Name">Its name in the file.</param>
/// <param name="Type">Type of its numbers.</param>
/// <param name="Shape">Sizes of its dimensions.</param>
internal sealed record TensorEntry(string Name, ElementType Type, long[] Shape)
{
    /// <summary>More dimensions than any weight has; keeps damaged files from asking for more.</summary>
    public const int MaxDimensions = 16;

    /// <summary>The shape for messages: [2, 3].</summary>
    public string ShapeText => Describe(Shape);

    public static string Describe<T>(IEnumerable<T> shape) => $"[{string.Join(", ", shape)}]";
}
