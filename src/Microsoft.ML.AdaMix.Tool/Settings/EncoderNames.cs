using Microsoft.ML.AdaMix.Hub;

namespace Microsoft.ML.AdaMix.Tool.Settings;

/// <summary>Encoders as the command line names them.</summary>
internal static class EncoderNames
{
    public static readonly string Default = PretrainedEncoder.RobertaMini.Name;

    /// <summary>The embedded encoder for its own name or none; one of the hub, which is fetched when it is needed; or a folder.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="UsageException">It is no name of the hub.</exception>
    public static PretrainedEncoder Find(string? name)
    {
        if (name is null || IsEmbedded(name))
        {
            return PretrainedEncoder.RobertaMini;
        }

        if (HubAddress.Is(name))
        {
            return CommandEncoders.Find(Address(name));
        }

        return Directory.Exists(name)
            ? PretrainedEncoder.FromFolder(name)
            : throw new DirectoryNotFoundException(
                $"The encoder '{name}' is no folder; expected a Hugging Face folder of an encoder (config.json, weights, tokenizer), "
                + $"hub:OWNER/NAME for one of the Hugging Face hub, or {Default} for the embedded one.");
    }

    /// <summary>Whether a name is the embedded encoder's.</summary>
    public static bool IsEmbedded(string name) => name.Equals(Default, StringComparison.OrdinalIgnoreCase);

    /// <summary>A name of the hub, taken apart.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public static HubAddress Address(string name)
    {
        try
        {
            return HubAddress.Parse(name);
        }
        catch (ArgumentException error)
        {
            throw new UsageException($"The encoder '{name}' cannot be found: {error.Message}");
        }
    }
}
