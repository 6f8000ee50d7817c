using System.Globalization;

namespace Microsoft.ML.AdaMix.Tool.Settings;

/// <summary>Class weights as the command line writes them: none, balanced, or spam=5,ham=1.</summary>
internal static class ClassWeightSettings
{
    /// <exception cref="ArgumentException">The text is none of these.</exception>
    public static ClassWeights Parse(string? text)
    {
        if (text is null or "none")
        {
            return ClassWeights.None;
        }

        if (text == "balanced")
        {
            return ClassWeights.Balanced;
        }

        Dictionary<string, double> weights = new(StringComparer.Ordinal);
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            int equals = part.LastIndexOf('=');
            if (equals < 1 || !double.TryParse(part[(equals + 1)..], NumberStyles.Float, CultureInfo.InvariantCulture, out double weight))
            {
                throw new ArgumentException($"--class-weights has '{part}'; expected none, balanced, or weights such as spam=5,ham=1.");
            }

            weights[part[..equals]] = weight;
        }

        return ClassWeights.Of(weights);
    }
}
