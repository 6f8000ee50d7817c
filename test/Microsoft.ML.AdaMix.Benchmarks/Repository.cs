namespace Microsoft.ML.AdaMix.Benchmarks;

/// <summary>The working copy that the program was built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>Folder of the data sets beside the working copy; it need not exist.</summary>
    public static string SharedData => Path.Combine(Root, "..", "shared", "data");

    private static string Find()
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
