using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Exchange;

/// <summary>Sizes of the reference's encoder and methods, whatever they are, as words in braces that texts of tests hold.</summary>
internal static class GoldenSizes
{
    /// <summary>The text with the sizes of a file of methods in place of the words.</summary>
    public static string Fill(string text, string file)
    {
        EncoderConfig encoder = GoldenFolders.Encoder.Load().Config;
        Golden golden = GoldenFolders.Method(file);
        JsonNode config = JsonNode.Parse(golden.Metadata["config"])!;
        double Number(string key) => double.Parse(config[key]!.ToString(), CultureInfo.InvariantCulture);
        Dictionary<string, Func<object>> sizes = new(StringComparer.Ordinal)
        {
            ["last"] = () => encoder.Layers - 1,
            ["lower layers"] = () => $"[{string.Join(", ", Enumerable.Range(0, encoder.Layers - 1))}]",
            ["rank"] = () => Number("r"),
            ["other rank"] = () => 2 * Number("r"),
            ["other tokens"] = () => Number("num_virtual_tokens") + 1,
            ["prefix"] = () => 2 * encoder.Layers * encoder.HiddenSize,
            ["bottleneck"] = () => golden.Shape(
                golden.Names.First(name => name.EndsWith(".adapter_down.0.bias", StringComparison.Ordinal)))[0],
            ["other factor"] = () => 2 * Number("reduction_factor"),
            ["more labels"] = () => new JsonObject(GoldenFolders.Labels.Append("one").Append("another")
                .Select((label, id) => KeyValuePair.Create(label, (JsonNode?)id))).ToJsonString(),
        };
        return sizes.Aggregate(text, (filled, size) => filled.Contains($"{{{size.Key}}}", StringComparison.Ordinal)
            ? filled.Replace($"{{{size.Key}}}", size.Value().ToString(), StringComparison.Ordinal)
            : filled);
    }
}
