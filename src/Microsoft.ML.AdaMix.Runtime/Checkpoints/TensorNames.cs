using Microsoft.ML.AdaMix.Models.Families;

namespace Microsoft.ML.AdaMix.Checkpoints;

/// <summary>Maps the names in checkpoints to this library's own, whatever the weights were wrapped in when they were saved.</summary>
internal static class TensorNames
{
    // DistributedDataParallel; Lightning and trainers of one's own; sentence-transformers; torch.compile.
    private static readonly string[] Wrappers = ["module.", "model.", "0.auto_model.", "auto_model.", "_orig_mod."];

    private static readonly string[] Prefixes =
        [.. EncoderFamilies.All.SelectMany(family => family.Prefixes).Distinct(StringComparer.Ordinal)];

    /// <summary>
    /// <c>module.roberta.encoder.layer.0.attention.output.LayerNorm.gamma</c> becomes
    /// <c>encoder.layer.0.attention.output.LayerNorm.weight</c>. What begins otherwise, a head for example, keeps its beginning.
    /// </summary>
    public static string Canonical(string name) => Renamed(Without(Unwrapped(name), Prefixes));

    /// <summary>Likewise with the names of a family's checkpoints.</summary>
    public static string Canonical(string name, FamilyDefinition family) =>
        family.OwnName(Renamed(Without(Unwrapped(name), family.Prefixes)));

    /// <summary>Without what it was wrapped in.</summary>
    public static string Unwrapped(string name)
    {
        string inner = Without(name, Wrappers);
        return inner == name ? name : Unwrapped(inner);
    }

    private static string Without(string name, IEnumerable<string> beginnings)
    {
        foreach (string beginning in beginnings)
        {
            if (name.StartsWith(beginning, StringComparison.Ordinal))
            {
                return name[beginning.Length..];
            }
        }

        return name;
    }

    private static string Renamed(string name) =>
        Replace(Replace(name, "LayerNorm.gamma", "LayerNorm.weight"), "LayerNorm.beta", "LayerNorm.bias");

    private static string Replace(string name, string old, string current) =>
        name.EndsWith(old, StringComparison.Ordinal) ? string.Concat(name.AsSpan(0, name.Length - old.Length), current) : name;
}
