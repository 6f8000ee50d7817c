namespace Microsoft.ML.AdaMix.Checkpoints;

/// <summary>Maps the names in published checkpoints to Hugging Face's current ones without the model's prefix.</summary>
internal static class TensorNames
{
    private static readonly string[] Prefixes = ["roberta.", "bert."];

    /// <summary>
    /// <c>roberta.encoder.layer.0.attention.output.LayerNorm.gamma</c> becomes <c>encoder.layer.0.attention.output.LayerNorm.weight</c>.
    /// Names that begin otherwise, those of heads for example, keep their beginning.
    /// </summary>
    public static string Canonical(string name)
    {
        foreach (string prefix in Prefixes)
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal))
            {
                name = name[prefix.Length..];
                break;
            }
        }

        return Replace(Replace(name, "LayerNorm.gamma", "LayerNorm.weight"), "LayerNorm.beta", "LayerNorm.bias");
    }

    private static string Replace(string name, string old, string current) =>
        name.EndsWith(old, StringComparison.Ordinal) ? string.Concat(name.AsSpan(0, name.Length - old.Length), current) : name;
}
