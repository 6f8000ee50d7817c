using System.Text.Json;
using Microsoft.ML.AdaMix.Tokenization.Files;

namespace Microsoft.ML.AdaMix.Tokenization.Frames;

/// <summary>Reads the post_processor of a tokenizer.json.</summary>
internal static class FrameReader
{
    /// <exception cref="InvalidDataException">It is damaged or not supported.</exception>
    public static Frame Read(JsonPart? postProcessor)
    {
        if (postProcessor is not { } part)
        {
            return Frame.None;
        }

        return part.Type switch
        {
            "TemplateProcessing" => Template(part),
            "RobertaProcessing" => Frame.Roberta(Token(part, "cls"), Token(part, "sep")),
            "BertProcessing" => Frame.Bert(Token(part, "cls"), Token(part, "sep")),
            "ByteLevel" => Frame.None, // of offsets alone
            "Sequence" => Sequence(part),
            _ => throw part.NotSupported(),
        };
    }

    private static Frame Sequence(JsonPart part)
    {
        JsonPart[] framing = [.. part.Parts("processors").Where(processor => processor.Type != "ByteLevel")];
        return framing.Length switch
        {
            0 => Frame.None,
            1 => Read(framing[0]),
            _ => throw part.Refuse($"has {framing.Length} parts that add tokens; at most one is supported"),
        };
    }

    private static int Token(JsonPart part, string key) =>
        part.Json.TryGetProperty(key, out JsonElement pair) && pair.ValueKind == JsonValueKind.Array && pair.GetArrayLength() == 2
        && TokenizerJson.Id(pair[1]) is { } id
            ? id
            : throw part.Refuse($"has no {key} of a token and its id");

    private static Frame Template(JsonPart part)
    {
        Dictionary<string, int[]> special = new(StringComparer.Ordinal);
        if (part.Json.TryGetProperty("special_tokens", out JsonElement tokens) && tokens.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty token in tokens.EnumerateObject())
            {
                special[token.Name] = token.Value.ValueKind == JsonValueKind.Object
                    && token.Value.TryGetProperty("ids", out JsonElement ids) && ids.ValueKind == JsonValueKind.Array
                        ? [.. ids.EnumerateArray().Select(
                            id => TokenizerJson.Id(id) ?? throw part.Refuse($"has no valid ids of '{token.Name}'"))]
                        : throw part.Refuse($"has no ids of '{token.Name}'");
            }
        }

        return new Frame(Items(part, "single", special), Items(part, "pair", special));
    }

    private static List<FrameItem> Items(JsonPart part, string key, Dictionary<string, int[]> special)
    {
        if (!part.Json.TryGetProperty(key, out JsonElement items) || items.ValueKind != JsonValueKind.Array)
        {
            throw part.Refuse($"has no list '{key}'");
        }

        List<FrameItem> read = [];
        foreach (JsonElement item in items.EnumerateArray())
        {
            JsonProperty kind = item.ValueKind == JsonValueKind.Object ? item.EnumerateObject().FirstOrDefault() : default;
            string? id = kind.Value.ValueKind == JsonValueKind.Object ? TokenizerJson.Text(kind.Value, "id") : null;
            int? type = id is null ? null
                : kind.Value.TryGetProperty("type_id", out JsonElement number) ? TokenizerJson.Id(number) : 0;
            read.Add((type is null ? null : kind.Name, id) switch
            {
                ("SpecialToken", { } token) when special.TryGetValue(token, out int[]? ids) => Frame.Special(type!.Value, ids),
                ("SpecialToken", _) => throw part.Refuse($"names the special token '{id}' in '{key}', of which it has no ids"),
                ("Sequence", "A") => Frame.Text(FramePart.First, type!.Value),
                ("Sequence", "B") when key == "pair" => Frame.Text(FramePart.Second, type!.Value),
                _ => throw part.Refuse($"has {item.GetRawText()} in '{key}'; a SpecialToken or a Sequence is expected"),
            });
        }

        bool Once(FramePart text) => read.Count(item => item.Part == text) == 1;
        return Once(FramePart.First) && (key == "single" || Once(FramePart.Second))
            ? read
            : throw part.Refuse($"has not every text once in '{key}'");
    }
}
