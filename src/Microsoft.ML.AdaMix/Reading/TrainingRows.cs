namespace Microsoft.ML.AdaMix.Reading;

/// <summary>Rows as training sees them.</summary>
/// <param name="Ids">Token ids without padding.</param>
/// <param name="Targets">[rows x width], row-major: a class index, 0 or 1, a number, or 0 and 1 for each label.</param>
/// <param name="Weights">Weight of each row, or null for equal ones.</param>
internal sealed record TrainingRows(TokenTable Ids, float[] Targets, float[]? Weights)
{
    public int Count => Ids.Count;

    /// <summary>Numbers a row's target has.</summary>
    public int TargetWidth => Targets.Length / Math.Max(1, Count);

    public ReadOnlySpan<float> Target(int row) => Targets.AsSpan(row * TargetWidth, TargetWidth);

    /// <summary>The targets of the given rows, one after the other.</summary>
    public float[] CopyTargets(IReadOnlyList<int> rows)
    {
        int width = TargetWidth;
        float[] targets = new float[rows.Count * width];
        for (int i = 0; i < rows.Count; i++)
        {
            Target(rows[i]).CopyTo(targets.AsSpan(i * width));
        }

        return targets;
    }

    /// <summary>The rows at the given indices; the ids are not copied.</summary>
    public TrainingRows Select(IReadOnlyList<int> indices) =>
        new(Ids.Select(indices), CopyTargets(indices), Weights is null ? null : [.. indices.Select(index => Weights[index])]);
}
