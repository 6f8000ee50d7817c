using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Training;

/// <summary>Rows as training sees them.</summary>
/// <param name="Ids">Token ids without padding.</param>
/// <param name="Targets">[rows x width], row-major: a class index, 0 or 1, a number, or 0 and 1 for each label.</param>
/// <param name="Weights">Weight of each row, or null for equal ones.</param>
internal sealed record TrainingRows(TokenIds[] Ids, float[] Targets, float[]? Weights)
{
    public int Count => Ids.Length;

    /// <summary>Numbers a row's target has.</summary>
    public int TargetWidth => Targets.Length / Math.Max(1, Ids.Length);

    public ReadOnlySpan<float> Target(int row) => Targets.AsSpan(row * TargetWidth, TargetWidth);

    /// <summary>The rows at the given indices.</summary>
    public TrainingRows Select(IReadOnlyList<int> indices) => new(
        [.. indices.Select(index => Ids[index])],
        [.. indices.SelectMany(index => Target(index).ToArray())],
        Weights is null ? null : [.. indices.Select(index => Weights[index])]);
}
