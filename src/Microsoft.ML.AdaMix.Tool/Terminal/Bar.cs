namespace Microsoft.ML.AdaMix.Tool.Terminal;

/// <summary>A bar of blocks.</summary>
internal static class Bar
{
    private const int Width = 12;

    /// <summary>A bar with the share in percent behind it.</summary>
    public static string Of(double done, double all)
    {
        double share = all > 0 ? Math.Clamp(done / all, 0, 1) : 0;
        int full = (int)(share * Width);
        return $"{new string('█', full)}{new string('░', Width - full)} {Math.Floor(share * 100),3} %";
    }
}
