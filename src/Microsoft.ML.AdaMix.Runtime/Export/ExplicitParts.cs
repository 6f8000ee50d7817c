using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Tokenization;
using Microsoft.ML.AdaMix.Tokenization.Files;
using Microsoft.ML.AdaMix.Tokenization.Frames;
using Microsoft.ML.AdaMix.Tokenization.Normalizers;
using Microsoft.ML.AdaMix.Tokenization.PreTokenizers;

namespace Microsoft.ML.AdaMix.Export;

/// <summary>
/// Parts of a tokenizer.json with all that decides about them written out: what tokenizer_config.json says of them, which not every
/// program looks at, and defaults, which not every program fills in alike.
/// </summary>
internal static class ExplicitParts
{
    public static JsonNode? Normalizer(JsonPart? normalizer, BertSwitches switches)
    {
        if (normalizer is not { } part)
        {
            return null;
        }

        switch (part.Type)
        {
            case "Sequence":
                return With(part, ("normalizers", List(part.Parts("normalizers").Select(inner => Normalizer(inner, switches)))));
            case "BertNormalizer":
                BertNormalizer bert = NormalizerReader.Bert(part, switches);
                return With(
                    part, ("clean_text", bert.CleansText), ("handle_chinese_chars", bert.SplitsChinese),
                    ("strip_accents", bert.StripsAccents), ("lowercase", bert.LowersCase));
            case "Strip":
                return With(part, ("strip_left", part.Flag("strip_left", true)), ("strip_right", part.Flag("strip_right", true)));
            default:
                return With(part);
        }
    }

    public static JsonNode? PreTokenizer(JsonPart? preTokenizer, bool? addPrefixSpace)
    {
        if (preTokenizer is not { } part)
        {
            return null;
        }

        switch (part.Type)
        {
            case "Sequence":
                return With(
                    part, ("pretokenizers", List(part.Parts("pretokenizers").Select(inner => PreTokenizer(inner, addPrefixSpace)))));
            case "ByteLevel":
                ByteLevelSplitter bytes = PreTokenizerReader.ByteLevel(part, addPrefixSpace);
                return With(part, ("add_prefix_space", bytes.AddPrefixSpace), ("use_regex", bytes.UsesPattern));
            case "Metaspace":
                return With(
                    part, ("prepend_scheme", PreTokenizerReader.Prefix(part).ToString().ToLowerInvariant()),
                    ("split", part.Flag("split", true)));
            default:
                return With(part);
        }
    }

    /// <summary>
    /// A post-processor whose names of tokens lead to the ids that it declares; some programs take the names, some the ids.
    /// </summary>
    public static JsonNode? PostProcessor(JsonPart? postProcessor, Frame frame, Vocabulary vocabulary) =>
        postProcessor is not { } part ? null
        : Named(part).All(token => vocabulary.Ids.TryGetValue(token.Name, out int id) && token.Ids is [var only] && only == id)
            ? With(part)
            : Template(frame, vocabulary);

    private static IEnumerable<(string Name, int[] Ids)> Named(JsonPart part) => part.Type switch
    {
        "Sequence" => part.Parts("processors").SelectMany(Named),
        "TemplateProcessing" => part.Json.TryGetProperty("special_tokens", out JsonElement tokens)
            ? tokens.EnumerateObject().Select(token => (
                token.Name, (int[])[.. token.Value.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32())]))
            : [],
        "RobertaProcessing" or "BertProcessing" => ((string[])["cls", "sep"])
            .Select(key => part.Json.GetProperty(key)).Select(token => (token[0].ToString(), (int[])[token[1].GetInt32()])),
        _ => [],
    };

    private static JsonObject Template(Frame frame, Vocabulary vocabulary)
    {
        Dictionary<int, string> names = [];
        foreach ((string token, int id) in vocabulary.Ids)
        {
            names[id] = token;
        }

        string Name(int id) => names.GetValueOrDefault(id) ?? FormattableString.Invariant($"{id}");
        JsonArray Items(IReadOnlyList<FrameItem> items) => List(items.SelectMany(item => item.Part == FramePart.Special
            ? item.Ids.Select(id => Item("SpecialToken", Name(id), item.Type))
            : [Item("Sequence", item.Part == FramePart.First ? "A" : "B", item.Type)]));
        return TokenizerParts.Part(
            "TemplateProcessing", ("single", Items(frame.Single)), ("pair", Items(frame.Pair)),
            ("special_tokens", TokenizerParts.Ids(
                frame.Single.Concat(frame.Pair).SelectMany(item => item.Ids).Select(id => (Name(id), id)))));
    }

    private static JsonObject Item(string kind, string id, int type) => new()
    {
        [kind] = new JsonObject { ["id"] = id, ["type_id"] = type },
    };

    private static JsonArray List(IEnumerable<JsonNode?> parts) => new([.. parts]);

    private static JsonObject With(JsonPart part, params ReadOnlySpan<(string Key, JsonNode? Value)> values)
    {
        JsonObject written = [];
        foreach (JsonProperty own in part.Json.EnumerateObject())
        {
            written[own.Name] = JsonSerializer.SerializeToNode(own.Value);
        }

        foreach ((string key, JsonNode? value) in values)
        {
            written[key] = value;
        }

        return written;
    }
}
