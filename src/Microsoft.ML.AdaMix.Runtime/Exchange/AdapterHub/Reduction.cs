using System.Globalization;
using System.Text.Json.Nodes;

namespace Microsoft.ML.AdaMix.Exchange.AdapterHub;

/// <summary>The reduction factor that stands for the width of a bottleneck, as Python divides.</summary>
internal static class Reduction
{
    private const string Default = "default";

    /// <summary>Python's <c>int(hidden // factor)</c>, at least 1.</summary>
    public static int Bottleneck(int hidden, double factor)
    {
        double rest = hidden % factor;
        return factor <= 0 ? 0 : (int)Math.Clamp(Math.Round((hidden - rest) / factor), 1, int.MaxValue);
    }

    /// <summary>A layer's factor in a mapping from layers.</summary>
    public static double? Find(IReadOnlyList<(string Name, double Number)> factors, int layer)
    {
        string key = layer.ToString(CultureInfo.InvariantCulture);
        (string Name, double Number)[] fitting = [.. factors.Where(factor => factor.Name == key || factor.Name == Default)
            .OrderBy(factor => factor.Name == Default)];
        return fitting.Length > 0 ? fitting[0].Number : null;
    }

    /// <summary>The factor that gives these bottlenecks: one, or a mapping where they differ.</summary>
    public static JsonNode Write(IReadOnlyDictionary<int, int> bottlenecks, int hidden) => bottlenecks.Values.Distinct().Count() == 1
        ? Number(hidden, bottlenecks.Values.First())
        : new JsonObject(bottlenecks.OrderBy(layer => layer.Key).Select(layer => KeyValuePair.Create(
            layer.Key.ToString(CultureInfo.InvariantCulture), (JsonNode?)Number(hidden, layer.Value))));

    private static JsonValue Number(int hidden, int bottleneck)
    {
        if (hidden % bottleneck == 0)
        {
            return JsonValue.Create(hidden / bottleneck);
        }

        double factor = (double)hidden / bottleneck;
        return JsonValue.Create(Bottleneck(hidden, factor) == bottleneck ? factor : Math.BitDecrement(factor));
    }
}
