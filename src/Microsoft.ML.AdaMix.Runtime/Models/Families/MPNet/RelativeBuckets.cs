namespace Microsoft.ML.AdaMix.Models.Families.MPNet;

/// <summary>Which row of the table a distance reads: near ones have one each, far ones share, in steps that grow.</summary>
internal static class RelativeBuckets
{
    /// <summary>Rows of the table.</summary>
    public const int Count = 32;

    private const int Half = Count / 2;
    private const int Exact = Half / 2;
    private const double Farthest = 128;

    /// <param name="distance">The query's place less the key's.</param>
    public static int Of(int distance)
    {
        int far = Math.Abs(distance);
        int bucket = far < Exact
            ? far
            : Math.Min(Half - 1, Exact + (int)(Math.Log(far / (double)Exact) / Math.Log(Farthest / Exact) * (Half - Exact)));
        return bucket + (distance < 0 ? Half : 0);
    }
}
