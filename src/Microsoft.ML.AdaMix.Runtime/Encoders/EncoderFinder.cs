using Microsoft.ML.AdaMix.ModelFiles;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Encoders;

/// <summary>Finds the encoder that a task file was tuned on.</summary>
internal static class EncoderFinder
{
    /// <summary>Gives the encoder that models in memory use, or reads it from where the caller or a registration says.</summary>
    /// <param name="manifest">The task file's.</param>
    /// <param name="wanted">Its encoder.</param>
    /// <param name="cache">The encoders of models in memory; one that is found here goes there.</param>
    /// <exception cref="InvalidDataException">The encoder that the caller gave is another one.</exception>
    /// <exception cref="EncoderNotFoundException">None was given, and none that is known is the one.</exception>
    public static LoadedEncoder Find(ModelManifest manifest, EncoderIdentity wanted, EncoderCache cache)
    {
        if (DeltaScope.Current?.Encoder is { } given)
        {
            return Match(given, manifest, wanted, cache, out string difference)
                ?? throw new InvalidDataException($"The task file was tuned on {Describe(manifest, wanted)}; the encoder '{given.Name}' is another one: {difference}. Give the encoder that was tuned.");
        }

        if (cache.Find(wanted.Sha256(), manifest.Encoder) is { } inMemory)
        {
            return inMemory;
        }

        List<string> differences = [];
        foreach (PretrainedEncoder candidate in KnownEncoders.All)
        {
            string difference;
            try
            {
                if (Match(candidate, manifest, wanted, cache, out difference) is { } found)
                {
                    return found;
                }
            }
            catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException)
            {
                // Another one may be right.
                difference = $"cannot be read ({error.Message})";
            }

            if (candidate != PretrainedEncoder.RobertaMini || manifest.EncoderName == candidate.Name)
            {
                differences.Add($"'{candidate.Name}': {difference}");
            }
        }

        throw new EncoderNotFoundException(
            $"The model is a task file without its encoder. It was tuned on {Describe(manifest, wanted)}, which this process does not know"
            + $"{(differences.Count == 0 ? string.Empty : $" ({string.Join("; ", differences)})")}."
            + " Before loading say where it lies, PretrainedEncoder.FromFolder(\"...\").Register(), or load with mlContext.Model.LoadDelta and that encoder.",
            manifest.EncoderName,
            wanted.Sha256());
    }

    private static string Describe(ModelManifest manifest, EncoderIdentity wanted) =>
        $"the encoder '{manifest.EncoderName}' ({manifest.Encoder.Family}, {manifest.Encoder.Layers} layers, hidden size {manifest.Encoder.HiddenSize}) with SHA-256 {wanted.Sha256()}";

    // The configuration first: it is read at once, the weights are not.
    private static LoadedEncoder? Match(PretrainedEncoder candidate, ModelManifest manifest, EncoderIdentity wanted, EncoderCache cache, out string difference)
    {
        EncoderConfig config = candidate.ReadConfig();
        if (config != manifest.Encoder)
        {
            difference = SameShape(config, manifest.Encoder)
                ? "its config.json says something else (activation, dropout, epsilon or the like)"
                : $"it is a {config.Family} with {config.Layers} layers, hidden size {config.HiddenSize} and {config.VocabularySize} tokens";
            return null;
        }

        LoadedEncoder encoder = candidate.Load();
        EncoderIdentity found = EncoderIdentity.Of(encoder);
        string hash = found.Sha256();
        if (hash != wanted.Sha256())
        {
            difference = $"SHA-256 {hash}, {found.DifferenceFrom(wanted)}";
            return null;
        }

        difference = string.Empty;
        return cache.FindOrAdd(hash, encoder);
    }

    private static bool SameShape(EncoderConfig one, EncoderConfig other) =>
        one.Family == other.Family && one.Layers == other.Layers && one.HiddenSize == other.HiddenSize && one.VocabularySize == other.VocabularySize;
}
