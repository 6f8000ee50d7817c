using System.Globalization;
using System.Text.Json;

namespace Microsoft.ML.AdaMix.Testing;

/// <summary>
/// What the adapters or peft library says of a method in a file's metadata; both write the same things under other names and types.
/// </summary>
internal sealed class MethodSettings(Golden golden)
{
    private readonly JsonElement _config = JsonDocument.Parse(golden.Metadata["config"]).RootElement;

    /// <summary>Factor of a LoRA update: alpha / r, or alpha / √r.</summary>
    public double LoraScale => Alpha / (RankStabilized ? Math.Sqrt(Rank) : Rank);

    public double Alpha => Number("lora_alpha") ?? Number("alpha") ?? 1;

    public int Rank => (int)(Number("r") ?? 1);

    public bool RankStabilized => Text("use_rslora") == "True";

    /// <summary>Factor of what a bottleneck adapter adds.</summary>
    public double AdapterScale => Number("scaling") ?? 1;

    /// <summary>"relu", "swish", "gelu".</summary>
    public string Activation => Text("non_linearity") ?? string.Empty;

    private double? Number(string name) => Text(name) is { } text ? double.Parse(text, CultureInfo.InvariantCulture) : null;

    private string? Text(string name) => _config.TryGetProperty(name, out JsonElement value) ? value.ToString() : null;
}
