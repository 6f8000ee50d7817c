using System.Globalization;

namespace Microsoft.ML.AdaMix.Tool.Settings;

/// <summary>Class weights as the command line writes them: none, balanced, or spam=5,ham=1.</summary>
internal static class ClassWeightSettings
{
    /// <param name="text">What the command line says.</param>
    /// <param name="named">How the trainer calls a class of the files; null for the same.</param>
    /// <exception cref="UsageException">The text is none of these, or gives one class two weights.</exception>
    /// <exception cref="InvalidDataException">By the files' labels it gives one class two weights.</exception>
    public static ClassWeights Parse(string? text, Func<string, string>? named = null)
    {
        if (text is null || text.Equals("none", StringComparison.OrdinalIgnoreCase))
        {
            return ClassWeights.None;
        }

        if (text.Equals("balanced", StringComparison.OrdinalIgnoreCase))
        {
            return ClassWeights.Balanced;
        }

        Dictionary<string, double> weights = new(StringComparer.Ordinal);
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            int equals = part.LastIndexOf('=');
            if (equals < 1 || !double.TryParse(part[(equals + 1)..], NumberStyles.Float, CultureInfo.InvariantCulture, out double weight)
                || !double.IsFinite(weight) || weight < 0)
            {
                throw new UsageException(
                    $"--class-weights has '{part}'; expected none, balanced, or weights of 0 or more such as spam=5,ham=1.");
            }

            string name = named?.Invoke(part[..equals]) ?? part[..equals];
            if (!weights.TryAdd(name, weight) && weights[name] != weight)
            {
                string twice =
                    $"--class-weights has '{part}', and another weight for the same class before it; expected one weight a class.";
                throw named is null ? new UsageException(twice) : new InvalidDataException(twice); // which labels are one the file says
            }
        }

        return ClassWeights.From(weights);
    }
}
