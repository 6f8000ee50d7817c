using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.ML.AdaMix.Methods;

/// <summary>The methods there are, by the names under which files keep them. A new method is registered here and nowhere else.</summary>
internal static class TuningMethods
{
    private static readonly Dictionary<string, Type> Types = new(StringComparer.Ordinal)
    {
        ["adapters"] = typeof(BottleneckAdapters),
        ["lora"] = typeof(AdaMix.Lora),
        ["ia3"] = typeof(AdaMix.Ia3),
        ["bitfit"] = typeof(AdaMix.BitFit),
        ["prefix"] = typeof(PrefixTuning),
        ["prompt"] = typeof(PromptTuning),
        ["head"] = typeof(AdaMix.HeadOnly),
        ["full"] = typeof(AdaMix.FullFineTuning),
    };

    private static readonly JsonSerializerOptions Json = new()
    {
        Converters = { new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false), new RangeConverter() },
        IgnoreReadOnlyProperties = true,
    };

    /// <summary>Makes a method known under a name; for methods from outside.</summary>
    public static void Register<T>(string name)
        where T : TuningMethod, new()
    {
        lock (Types)
        {
            Types[name] = typeof(T);
        }
    }

    public static (string Name, string Options) Write(TuningMethod method)
    {
        lock (Types)
        {
            string name = Types.FirstOrDefault(type => type.Value == method.GetType()).Key
                ?? throw new NotSupportedException($"The tuning method {method.GetType().Name} has no name under which a file could keep it; register it in TuningMethods.");
            return (name, JsonSerializer.Serialize(method, method.GetType(), Json));
        }
    }

    /// <exception cref="InvalidDataException">The name is unknown or the options are not valid.</exception>
    public static TuningMethod Read(string name, string options)
    {
        Type? type;
        lock (Types)
        {
            type = Types.GetValueOrDefault(name);
        }

        try
        {
            return type is not null && JsonSerializer.Deserialize(options, type, Json) is TuningMethod method
                ? method
                : throw new InvalidDataException($"The tuning method '{name}' is not known; known are {string.Join(", ", Types.Keys)}. Was the file written by a later version?");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"The options of the tuning method '{name}' are not valid: {error.Message}", error);
        }
    }

    /// <summary>6..12, 6..^0 and the like.</summary>
    private sealed class RangeConverter : JsonConverter<Range>
    {
        public override Range Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            string[] ends = (reader.GetString() ?? string.Empty).Split("..");
            return ends.Length == 2 && TryParse(ends[0], out Index start) && TryParse(ends[1], out Index end)
                ? start..end
                : throw new JsonException($"'{string.Join("..", ends)}' is not a range such as 6..12.");
        }

        public override void Write(Utf8JsonWriter writer, Range value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());

        private static bool TryParse(string text, out Index index)
        {
            bool fromEnd = text.StartsWith('^');
            bool valid = int.TryParse(fromEnd ? text[1..] : text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out int value);
            index = new Index(valid ? value : 0, fromEnd);
            return valid;
        }
    }
}
