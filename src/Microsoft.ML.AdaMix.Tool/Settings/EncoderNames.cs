namespace Microsoft.ML.AdaMix.Tool.Settings;

/// <summary>Encoders as the command line names them.</summary>
internal static class EncoderNames
{
    public static readonly string Default = PretrainedEncoder.RobertaMini.Name;

    /// <summary>The embedded encoder for its own name or none, otherwise a folder.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static PretrainedEncoder Find(string? name)
    {
        if (name is null || IsEmbedded(name))
        {
            return PretrainedEncoder.RobertaMini;
        }

        return Directory.Exists(name)
            ? PretrainedEncoder.FromFolder(name)
            : throw new DirectoryNotFoundException(
                $"The encoder '{name}' is no folder; expected a Hugging Face folder of an encoder (config.json, weights, "
                + $"tokenizer), or {Default} for the embedded one.");
    }

    /// <summary>Whether a name is the embedded encoder's.</summary>
    public static bool IsEmbedded(string name) => name.Equals(Default, StringComparison.OrdinalIgnoreCase);
}
