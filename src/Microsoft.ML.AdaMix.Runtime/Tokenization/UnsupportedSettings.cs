using System.Text.Json;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Tokenization;

/// <summary>Refuses what tokenizer_config.json asks for and Python code or another program does.</summary>
/// <remarks>
/// Where a tokenizer.json is there, transformers' fast tokenizers read it and leave aside what is said of the slow ones: code that comes
/// with a model, <c>do_basic_tokenize</c> and <c>never_split</c>.
/// </remarks>
internal static class UnsupportedSettings
{
    private static readonly string[] OtherPrograms =
    [
        "BertJapaneseTokenizer", "BertweetTokenizer", "PhobertTokenizer", "FlaubertTokenizer", "XLMTokenizer", "RoFormerTokenizer",
        "ByT5Tokenizer", "CanineTokenizer", "ErnieMTokenizer", "JumanppTokenizer", "MecabTokenizer",
    ];

    /// <exception cref="InvalidDataException">There is such a thing.</exception>
    public static void Refuse(TokenizerFiles files, string? tokenizerClass)
    {
        const string byCode = "whose words are cut by another program or by Python code";
        JsonElement config = TokenizerJson.Root(files, "tokenizer_config.json") ?? default;
        bool isOld = !files.Contents.ContainsKey("tokenizer.json");
        InvalidDataException Refusal(string what, string why) =>
            new($"The tokenizer_config.json of '{files.Source}' has {what}, {why}; this is not supported.");

        if (Text(config, "word_tokenizer_type") is { } words and not "basic")
        {
            throw Refusal($"word_tokenizer_type '{words}'", byCode);
        }

        if (Text(config, "subword_tokenizer_type") is { } parts and not "wordpiece")
        {
            throw Refusal($"subword_tokenizer_type '{parts}'", byCode);
        }

        if (Text(config, "truncation_side") is { } side and not ("left" or "right"))
        {
            throw Refusal($"truncation_side '{side}'", "which is neither 'left' nor 'right'");
        }

        if (!isOld)
        {
            return;
        }

        if (OtherPrograms.Any(other => tokenizerClass?.StartsWith(other, StringComparison.Ordinal) == true))
        {
            throw Refusal($"tokenizer_class '{tokenizerClass}'", byCode);
        }

        if (Value(config, "auto_map") is { ValueKind: JsonValueKind.Object } map
            && Value(map, "AutoTokenizer") is { ValueKind: not JsonValueKind.Null } code)
        {
            throw Refusal(
                $"auto_map with AutoTokenizer = {TokenizerJson.Shown(code)}", "Python code that comes with the model, and there is no "
                + "tokenizer.json beside it");
        }

        if (Value(config, "do_basic_tokenize") is { ValueKind: JsonValueKind.False })
        {
            throw Refusal("do_basic_tokenize = false", "so that words are cut at blanks alone");
        }

        if (Value(config, "never_split") is { } kept && kept.ValueKind is not JsonValueKind.Null
            && !(kept.ValueKind == JsonValueKind.Array && kept.GetArrayLength() == 0))
        {
            throw Refusal(
                $"never_split = {TokenizerJson.Shown(kept)}", "words that stay whole; make them added tokens (added_tokens.json) instead");
        }
    }

    private static string? Text(JsonElement json, string key) =>
        Value(json, key) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static JsonElement? Value(JsonElement json, string key) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(key, out JsonElement value) ? value : null;
}
