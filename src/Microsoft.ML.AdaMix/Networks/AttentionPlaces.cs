using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Networks;

/// <summary>What attention knows of a batch beside the states: padding, and what a family makes of places.</summary>
/// <param name="Padding">[B, 1, 1, T] added to scores, in the type of the states; null where no row is padded.</param>
internal record AttentionPlaces(Tensor? Padding)
{
    /// <summary>int64 [T, T], which row of a table of relative positions a query and a key read; null without such a table.</summary>
    public Tensor? Rows { get; init; }
}
