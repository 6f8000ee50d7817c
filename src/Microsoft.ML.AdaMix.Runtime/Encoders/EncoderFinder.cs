using Microsoft.ML.AdaMix.Hub;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Wording;

namespace Microsoft.ML.AdaMix.Encoders;

/// <summary>
/// Finds the encoder that a file was tuned on, and refuses others. One that is found is noted among <see cref="KnownEncoders"/>.
/// </summary>
internal static class EncoderFinder
{
    /// <summary>The encoder that models in memory use, or one that this process was told of.</summary>
    /// <exception cref="EncoderNotFoundException">None of these is the one.</exception>
    public static LoadedEncoder Find(EncoderDescription wanted)
    {
        string sha256 = wanted.Identity.Sha256();
        if (KnownEncoders.Find(sha256, wanted.Config) is { } inMemory)
        {
            return inMemory;
        }

        List<string> differences = [];
        foreach (PretrainedEncoder candidate in KnownEncoders.Registered)
        {
            (LoadedEncoder? found, string difference) = TryMatch(candidate, wanted);
            if (found is not null)
            {
                return found;
            }

            if (candidate != PretrainedEncoder.RobertaMini || wanted.Name == candidate.Name)
            {
                differences.Add($"'{candidate.Name}': {difference}");
            }
        }

        string known = differences.Count == 0 ? string.Empty : $" ({string.Join("; ", differences)})";
        throw new EncoderNotFoundException(
            $"The model is a delta file, without its encoder. It was tuned on {wanted}, which this process does not know{known}."
            + $" Before loading say where it lies, PretrainedEncoder.{Place(wanted.Name)}.Register(),"
            + " or load with mlContext.Model.LoadDelta and that encoder.",
            wanted.Name,
            sha256);
    }

    /// <summary>The given encoder, if it is the one; an equal one that models in memory use comes first.</summary>
    /// <param name="wanted">The one that was tuned.</param>
    /// <param name="given">The one that the caller says it is.</param>
    /// <param name="file">What was tuned on it, for messages.</param>
    /// <exception cref="InvalidDataException">It is another one.</exception>
    public static LoadedEncoder Require(EncoderDescription wanted, PretrainedEncoder given, string file)
    {
        (LoadedEncoder? found, string difference) = Match(given, wanted);
        return found ?? throw new InvalidDataException(
            $"{file} was tuned on {wanted}; the encoder '{given.Name}' is another one: {difference}. Give the encoder that was tuned.");
    }

    private static (LoadedEncoder? Found, string Difference) TryMatch(PretrainedEncoder candidate, EncoderDescription wanted)
    {
        try
        {
            return Match(candidate, wanted);
        }
        catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return (null, $"cannot be read ({error.Message})"); // another one may be right
        }
    }

    // The configuration first: it is read at once, the weights are not.
    private static (LoadedEncoder? Found, string Difference) Match(PretrainedEncoder candidate, EncoderDescription wanted)
    {
        EncoderConfig config = candidate.ReadConfig();
        if (config != wanted.Config)
        {
            return (null, SameShape(config, wanted.Config)
                ? "its config.json says something else (activation, dropout, epsilon or the like)"
                : $"it is {config.Definition.Title} with {Counts.Of(config.Layers, "layer")}, hidden size {config.HiddenSize}"
                + $" and {config.VocabularySize} tokens");
        }

        LoadedEncoder encoder = candidate.Load();
        EncoderIdentity identity = EncoderExtras.For(encoder).Identity;
        string sha256 = identity.Sha256();
        return sha256 == wanted.Identity.Sha256()
            ? (KnownEncoders.FindOrAdd(sha256, encoder), string.Empty)
            : (null, $"SHA-256 {sha256}, {identity.DifferenceFrom(wanted.Identity)}");
    }

    private static string Place(string name) => HubAddress.TryParse(name) is { } address
        ? $"FromHub(\"{address.Repository}\", \"{address.Revision}\")"
        : "FromFolder(\"...\")";

    private static bool SameShape(EncoderConfig one, EncoderConfig other) =>
        (one.Family, one.Layers, one.HiddenSize, one.VocabularySize)
        == (other.Family, other.Layers, other.HiddenSize, other.VocabularySize);
}
