using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tokenization;
using Microsoft.ML.AdaMix.Tokenization.Normalizers;
using Microsoft.ML.AdaMix.Tokenization.PreTokenizers;
using Microsoft.ML.AdaMix.Tokenization.Words;

namespace Microsoft.ML.AdaMix.Export;

/// <summary>
/// The tokenizer_config.json of an exported model: the encoder's own, with what was found where it is silent, and with the length at which
/// the model truncates.
/// </summary>
internal static class TokenizerConfigExport
{
    public const string File = "tokenizer_config.json";

    // transformers.js does these on top of tokenizer.json, the fast tokenizers of Python and ours do not.
    private static readonly string[] OfSlowTokenizers = ["remove_space", "do_lowercase_and_remove_accent"];

    public static JsonObject Create(TunedModel model, TokenizerDefinition definition)
    {
        JsonObject config = Copy(model.Encoder.Tokenizer, File, definition);
        foreach (string key in OfSlowTokenizers)
        {
            config.Remove(key);
        }

        if (!config.ContainsKey("tokenizer_class"))
        {
            config["tokenizer_class"] = ClassOf(definition, model.Encoder.Config);
        }

        if (definition.Normalizer is BertNormalizer bert)
        {
            config["do_lower_case"] = bert.LowersCase;
            config["strip_accents"] = bert.StripsAccents;
            config["tokenize_chinese_chars"] = bert.SplitsChinese;
        }

        if (definition.PreTokenizer is ByteLevelSplitter bytes)
        {
            config["add_prefix_space"] = bytes.AddPrefixSpace;
        }

        config["model_max_length"] = model.Input.MaxLength;
        config["padding_side"] = "right";
        config["truncation_side"] = definition.Settings.TruncatesLeft ? "left" : "right";
        config["split_special_tokens"] = !model.Input.SpecialTokensInText;
        return config;
    }

    /// <summary>A file of the encoder's, with special tokens that its vocabulary has, as strings, which every program reads.</summary>
    public static JsonObject Copy(TokenizerFiles files, string name, TokenizerDefinition definition)
    {
        JsonObject config = [];
        foreach (JsonProperty setting in TokenizerJson.Root(files, name)?.EnumerateObject() ?? default)
        {
            // Of a repeated one the last counts, as when read.
            config[setting.Name] = JsonSerializer.SerializeToNode(
                setting.Name.EndsWith("_token", StringComparison.Ordinal) && setting.Value.ValueKind == JsonValueKind.Object
                && setting.Value.TryGetProperty("content", out JsonElement content)
                    ? content
                    : setting.Value);
        }

        TokenizerSettings settings = definition.Settings;
        IReadOnlyDictionary<string, int> ids = definition.WholeVocabulary().Ids;
        foreach ((string role, string token) in ((string, string)[])[
            ("cls_token", settings.ClsToken), ("sep_token", settings.SepToken), ("pad_token", settings.PadToken),
            ("unk_token", settings.UnkToken), ("mask_token", settings.MaskToken)])
        {
            if (ids.ContainsKey(token))
            {
                config[role] = token;
            }
        }

        return config;
    }

    // One whose Python class changes nothing of the tokenizer.json, and which gives token types where the encoder reads them.
    private static string ClassOf(TokenizerDefinition definition, EncoderConfig encoder) =>
        definition.Settings.TokenizerClass ?? (definition.Model, encoder.Family) switch
        {
            (WordPieceParts, EncoderFamily.Bert) => "BertTokenizer",
            (WordPieceParts, EncoderFamily.DistilBert) => "DistilBertTokenizer",
            (WordPieceParts, EncoderFamily.Electra) => "ElectraTokenizer",
            (WordPieceParts, EncoderFamily.MPNet) => "MPNetTokenizer",
            (BytePairParts, EncoderFamily.Roberta) when definition.PreTokenizer is ByteLevelSplitter => "RobertaTokenizer",
            (UnigramParts, EncoderFamily.Roberta) => "XLMRobertaTokenizer",
            (UnigramParts, EncoderFamily.Albert) => "AlbertTokenizer",
            (UnigramParts, EncoderFamily.DebertaV2) => "DebertaV2Tokenizer",
            _ => "PreTrainedTokenizerFast",
        };
}
