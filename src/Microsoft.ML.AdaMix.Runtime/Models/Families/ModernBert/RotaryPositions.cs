namespace Microsoft.ML.AdaMix.Models.Families.ModernBert;

/// <summary>ModernBERT's positions: angles by which queries and keys are turned, and how far local layers see.</summary>
/// <param name="GlobalTheta">Base of the angles in global layers.</param>
/// <param name="LocalTheta">Base of the angles in local layers.</param>
/// <param name="Window">Farthest token on either side that a local layer sees.</param>
/// <param name="IsGlobal">By layer whether it sees all tokens.</param>
/// <param name="ReadsMean">Whether the head reads the mean of all tokens, or the first one.</param>
internal sealed record RotaryPositions(double GlobalTheta, double LocalTheta, int Window, bool[] IsGlobal, bool ReadsMean)
{
    public bool Equals(RotaryPositions? other) => other is not null
        && (GlobalTheta, LocalTheta, Window, ReadsMean) == (other.GlobalTheta, other.LocalTheta, other.Window, other.ReadsMean)
        && IsGlobal.AsSpan().SequenceEqual(other.IsGlobal);

    public override int GetHashCode() => HashCode.Combine(GlobalTheta, LocalTheta, Window, IsGlobal.Length, ReadsMean);

    /// <summary>By how much the angle of each pair of channels grows from place to place, [head size / 2].</summary>
    public float[] Steps(int layer, int headSize)
    {
        double theta = IsGlobal[layer] ? GlobalTheta : LocalTheta;
        return [.. Enumerable.Range(0, headSize / 2).Select(pair => (float)Math.Pow(theta, -2.0 * pair / headSize))];
    }
}
