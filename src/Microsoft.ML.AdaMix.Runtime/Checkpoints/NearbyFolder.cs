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
            // Hugging Face's cache: models--owner--name/snapshots/commit. sentence-transformers: 0_Transformer.
            string[] near = [.. Directory.EnumerateDirectories(folder).Take(MostFolders)
                .SelectMany(one => Path.GetFileName(one) == "snapshots" ? Directory.EnumerateDirectories(one).Take(MostFolders) : [one])
                .Where(one => File.Exists(Path.Combine(one, ConfigFile))).Order(StringComparer.Ordinal)];
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
}
