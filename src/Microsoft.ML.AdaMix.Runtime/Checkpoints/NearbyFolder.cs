namespace Microsoft.ML.AdaMix.Checkpoints;

/// <summary>Where an encoder lies if it does not lie in the folder that was named, but near it.</summary>
internal static class NearbyFolder
{
    private const string ConfigFile = "config.json";
    private const int MostFolders = 1000;
    private const int MostShown = 5;

    /// <summary>What to do, to stand behind "has no config.json"; nothing where nothing is near.</summary>
    public static string Hint(string folder)
    {
        if (File.Exists(Path.Combine(folder, "adapter_config.json")))
        {
            return ": it holds an adapter (adapter_config.json) without its encoder. Name the folder of the encoder that the adapter was "
                + "trained on";
        }

        try
        {
            string[] near = [.. Folders(folder).SelectMany(Within).Where(one => File.Exists(Path.Combine(one, ConfigFile)))
                .Order(StringComparer.Ordinal)];
            return near.Length switch
            {
                0 => string.Empty,
                1 => $", but '{near[0]}' has one. Name that folder",
                _ => $", but {string.Join(", ", near.Take(MostShown).Select(one => $"'{one}'"))}"
                    + $"{(near.Length > MostShown ? $" and {near.Length - MostShown} more" : string.Empty)} have one. Name one of these",
            };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return string.Empty;
        }
    }

    // Hugging Face's cache is hub/models--owner--name/snapshots/commit; sentence-transformers has 0_Transformer.
    private static IEnumerable<string> Within(string folder) => Path.GetFileName(folder) switch
    {
        "snapshots" => Folders(folder),
        "hub" => [folder, .. Folders(folder).SelectMany(Within)],
        var name when name.StartsWith("models--", StringComparison.Ordinal) && Directory.Exists(Path.Combine(folder, "snapshots")) =>
            Folders(Path.Combine(folder, "snapshots")),
        _ => [folder],
    };

    private static IEnumerable<string> Folders(string folder) => Directory.EnumerateDirectories(folder).Take(MostFolders);
}
