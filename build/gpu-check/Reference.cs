namespace Microsoft.ML.AdaMix.Testing;

/// <summary>Where the reference numbers lie; the linked sources of the tests ask for them here.</summary>
internal static class Reference
{
    /// <summary>The folder with <c>golden</c>, <c>data</c> and <c>tools</c>.</summary>
    public static string Files { get; set; } = string.Empty;

    public static string GoldenRoot => Path.Combine(Files, "golden");

    public static string Golden(params string[] parts) => Path.Combine([GoldenRoot, .. parts]);
}
