using System.Text.Json;

namespace Microsoft.ML.AdaMix.Testing;

/// <summary>Reads from a file's own configuration which method of which library it is.</summary>
internal static class MethodKinds
{
    /// <summary>Whether peft wrote it; otherwise adapters did.</summary>
    public static bool IsPeft(Golden file) => Text(file, "peft_type") is not null;

    public static MethodKind Of(Golden file) => Text(file, "peft_type")?.Split('.')[^1] switch
    {
        "LORA" => MethodKind.LowRank,
        "PREFIX_TUNING" => MethodKind.Prefix,
        "PROMPT_TUNING" => MethodKind.Prompt,
        { } other => throw new NotSupportedException($"The file's peft_type '{other}' is not known."),
        null => OfAdapters(file),
    };

    private static MethodKind OfAdapters(Golden file) => Text(file, "architecture") switch
    {
        "lora" => Text(file, "composition_mode") == "scale" ? MethodKind.Factors : MethodKind.LowRank,
        { Length: > 0 } other => throw new NotSupportedException($"The file's architecture '{other}' is not known."),
        _ when Text(file, "mh_adapter") == "True" => MethodKind.HoulsbyAdapters,
        _ when Text(file, "is_parallel") == "True" => MethodKind.ParallelAdapters,
        _ when Text(file, "original_ln_before") == "True" => MethodKind.PfeifferAdapters,
        _ => MethodKind.Adapters,
    };

    // Both libraries' booleans read as "True" and "False".
    private static string? Text(Golden file, string name)
    {
        using JsonDocument config = JsonDocument.Parse(file.Metadata["config"]);
        return config.RootElement.TryGetProperty(name, out JsonElement value) ? value.ToString() : null;
    }
}
