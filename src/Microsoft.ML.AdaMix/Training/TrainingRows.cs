using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Training;

/// <summary>Rows as training sees them: ids without padding, class indices, optional weights.</summary>
internal sealed record TrainingRows(TokenIds[] Ids, int[] Labels, float[]? Weights)
{
    public int Count => Ids.Length;

    /// <summary>The rows at the given indices.</summary>
    public TrainingRows Select(IReadOnlyList<int> indices) => new(
        [.. indices.Select(index => Ids[index])],
        [.. indices.Select(index => Labels[index])],
        Weights is null ? null : [.. indices.Select(index => Weights[index])]);
}
