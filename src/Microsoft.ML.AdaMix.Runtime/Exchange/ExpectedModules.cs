using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Models.Families;

namespace Microsoft.ML.AdaMix.Exchange;

/// <summary>Compares the modules that a configuration names with those of which the file has tensors.</summary>
internal static class ExpectedModules
{
    /// <summary>All linear modules of an encoder's layers with their names in the whole model.</summary>
    public static IEnumerable<(string Own, string InModel)> Linear(EncoderConfig encoder)
    {
        FamilyDefinition family = encoder.Definition;
        return EncoderTensors.LinearModules(encoder).Select(
            module => (module.Key, family.Prefixes[0] + family.StoredName(module.Key)));
    }

    /// <summary>Index of the layer or group in a module's own name.</summary>
    public static int LayerOf(string module) => int.Parse(module.Split('.')[2], System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Likewise of any tensor; null where it is in no layer.</summary>
    public static int? FindLayer(string name) =>
        name.Split('.') is ["encoder", _, var index, _, ..]
            && int.TryParse(index, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out int layer)
            && layer < int.MaxValue
            ? layer
            : null;

    /// <exception cref="InvalidDataException">A module is missing, or there is one more.</exception>
    public static void Require(IEnumerable<string> expected, IEnumerable<string> found, MethodReading reading, string options)
    {
        ForeignTensors tensors = reading.Tensors;
        HashSet<string> there = [.. found];
        foreach (string module in expected)
        {
            if (!there.Remove(module))
            {
                AdapterFit.RequireLayer(reading, LayerOf(module));
                throw new InvalidDataException(
                    $"'{tensors.File}' has no tensors for '{module}', which {options} in its configuration names. The file is cut off, "
                    + "was saved by a training that did not end, or its configuration is that of another adapter.");
            }
        }

        if (there.Count > 0)
        {
            throw new InvalidDataException(
                $"'{tensors.File}' has tensors for '{there.Order(StringComparer.Ordinal).First()}', which {options} in its configuration "
                + "does not name. Its configuration is that of another adapter.");
        }
    }
}
