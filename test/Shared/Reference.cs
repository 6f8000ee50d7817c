namespace Microsoft.ML.AdaMix.Testing;

/// <summary>Finds the reference material that lies beside a working copy; a test that needs it is skipped where it is missing.</summary>
internal static class Reference
{
    /// <summary>Folder of the reference numbers: environment variable <c>ADAMIX_GOLDEN</c>, otherwise <c>../shared/golden</c>.</summary>
    public static string Golden(params string[] parts) => Require(GoldenRoot, parts);

    /// <summary>The same, whether it is there or not.</summary>
    public static string GoldenRoot =>
        Environment.GetEnvironmentVariable("ADAMIX_GOLDEN") is { Length: > 0 } set ? set : Path.Combine(Shared, "golden");

    /// <summary>A pretrained encoder below <c>../shared/models</c>.</summary>
    public static string Model(params string[] parts) => Require(Path.Combine(Shared, "models"), parts);

    /// <summary>A data set below <c>../shared/data</c>.</summary>
    public static string Data(params string[] parts) => Require(Path.Combine(Shared, "data"), parts);

    /// <summary>The repository's own folder, found by its solution file.</summary>
    public static string Repository { get; } = FindRepository();

    private static string Shared => Path.Combine(Repository, "..", "shared");

    private static string Require(string root, string[] parts)
    {
        string path = Path.GetFullPath(Path.Combine([root, .. parts]));
        if (!Path.Exists(path))
        {
            Assert.Inconclusive($"Reference material '{path}' is not there; this test needs it and is skipped.");
        }

        return path;
    }

    private static string FindRepository()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Microsoft.ML.AdaMix.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No folder above '{AppContext.BaseDirectory}' holds Microsoft.ML.AdaMix.sln.");
    }
}
