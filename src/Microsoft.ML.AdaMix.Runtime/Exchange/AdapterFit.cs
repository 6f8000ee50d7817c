using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Models.Families;
using Microsoft.ML.AdaMix.Wording;

namespace Microsoft.ML.AdaMix.Exchange;

/// <summary>Tells an adapter of another encoder from a damaged one, before its tensors are read one by one.</summary>
internal static class AdapterFit
{
    private const string Remedy = "Give the encoder that was tuned.";

    /// <summary>Refuses names of another family, and of layers that the encoder has not.</summary>
    /// <param name="tensors">The adapter's tensors.</param>
    /// <param name="stored">Their names within the whole model.</param>
    /// <param name="encoder">The encoder that is to be tuned.</param>
    /// <exception cref="InvalidDataException">It is another encoder's adapter.</exception>
    public static void Require(ForeignTensors tensors, IReadOnlyCollection<string> stored, LoadedEncoder encoder)
    {
        EncoderConfig config = encoder.Config;
        FamilyDefinition family = config.Definition;
        string[] own = [.. stored.Where(family.Prefixes[0].StartsIn).Select(
            name => family.OwnName(name[family.Prefixes[0].Length..]))];
        if (own.Length == 0 && Others(config.Family).FirstOrDefault(other => stored.Any(other.Prefixes[0].StartsIn)) is { } found)
        {
            throw new InvalidDataException(
                $"The names in '{tensors.File}' are {found.Title}'s ('{Visible.Of(stored.First(found.Prefixes[0].StartsIn))}'), and the "
                + $"encoder '{encoder.Name}' is {family.Title}. {Remedy}");
        }

        int last = own.Select(ExpectedModules.FindLayer).Max() ?? -1;
        if (last >= config.Layers)
        {
            throw WrongLayers(tensors, last + 1, encoder);
        }
    }

    /// <summary>Refuses an adapter that ends before a layer which its configuration means too.</summary>
    /// <exception cref="InvalidDataException">It does.</exception>
    public static void RequireLayer(MethodReading reading, int layer)
    {
        int? last = reading.Tensors.Names.Select(reading.Names.Own).OfType<string>().Max(ExpectedModules.FindLayer);
        if (last < layer)
        {
            throw WrongLayers(reading.Tensors, (int)last + 1, reading.Encoder);
        }
    }

    /// <summary>The error of an adapter with other layers than the encoder.</summary>
    public static InvalidDataException WrongLayers(ForeignTensors tensors, int found, LoadedEncoder encoder) => new(
        $"'{tensors.File}' has tensors for {Counts.Of(found, "layer")}, and the encoder '{encoder.Name}' has "
        + $"{Counts.Of(encoder.Config.Layers, "layer")}. {Remedy}");

    /// <summary>Refuses another hidden size than the encoder's.</summary>
    /// <exception cref="InvalidDataException">It is another one.</exception>
    public static void RequireHidden(string file, int found, LoadedEncoder encoder)
    {
        if (found != encoder.Config.HiddenSize)
        {
            throw new InvalidDataException(
                $"'{file}' is for an encoder of hidden size {found}, and the encoder '{encoder.Name}' has {encoder.Config.HiddenSize}. "
                + Remedy);
        }
    }

    private static IEnumerable<FamilyDefinition> Others(EncoderFamily family) =>
        Enum.GetValues<EncoderFamily>().Where(other => other != family).Select(FamilyDefinition.Of)
            .Where(other => other.Prefixes[0].Length > 0 && other.Prefixes[0] != FamilyDefinition.Of(family).Prefixes[0]);

    private static bool StartsIn(this string prefix, string name) => name.StartsWith(prefix, StringComparison.Ordinal);
}
