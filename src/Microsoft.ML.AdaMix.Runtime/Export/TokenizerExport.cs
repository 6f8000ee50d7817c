using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Export;

/// <summary>
/// The tokenizer's files of an exported model: the encoder's own; tokenizer_config.json with the length at which the model truncates; and a
/// tokenizer.json, which transformers.js needs, where the encoder has none.
/// </summary>
internal static class TokenizerExport
{
    private const string ConfigFile = "tokenizer_config.json";
    private const string TokenizerFile = "tokenizer.json";

    public static Dictionary<string, byte[]> Files(TunedModel model)
    {
        TokenizerFiles encoder = model.Encoder.Tokenizer;
        Dictionary<string, byte[]> files = new(encoder.Contents, StringComparer.Ordinal);
        files[ConfigFile] = OnnxExport.ToBytes(Config(model));
        if (!files.ContainsKey(TokenizerFile))
        {
            files[TokenizerFile] = OnnxExport.ToBytes(Tokenizer(model.Encoder));
        }

        return files;
    }

    public static SpecialTokens SpecialTokensOf(LoadedEncoder encoder) => SpecialTokens.Resolve(
        Vocabulary.Read(encoder.Tokenizer, encoder.Config.Family), TokenizerSettings.Read(encoder.Tokenizer, encoder.Config.Family),
        encoder.Tokenizer.Source);

    private static JsonObject Config(TunedModel model)
    {
        TokenizerFiles files = model.Encoder.Tokenizer;
        JsonObject config = [];
        try
        {
            foreach (JsonProperty setting in TokenizerJson.Root(files, ConfigFile)?.EnumerateObject() ?? default)
            {
                config[setting.Name] = JsonSerializer.SerializeToNode(setting.Value); // of a repeated one the last counts, as when read
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException(
                $"The tokenizer file '{ConfigFile}' of '{files.Source}' holds a string that is not Unicode text, which cannot be exported:"
                + $" {error.Message}", error);
        }

        if (!config.ContainsKey("tokenizer_class"))
        {
            config["tokenizer_class"] = model.Encoder.Config.Family == EncoderFamily.Roberta ? "RobertaTokenizer" : "BertTokenizer";
        }

        config["model_max_length"] = model.Input.MaxLength;
        return config;
    }

    private static JsonObject Tokenizer(LoadedEncoder encoder)
    {
        EncoderFamily family = encoder.Config.Family;
        TokenizerSettings settings = TokenizerSettings.Read(encoder.Tokenizer, family);
        Vocabulary vocabulary = Vocabulary.Read(encoder.Tokenizer, family);
        SpecialTokens special = SpecialTokens.Resolve(vocabulary, settings, encoder.Tokenizer.Source);
        JsonObject tokenizer = new()
        {
            ["version"] = "1.0",
            ["truncation"] = null,
            ["padding"] = null,
            ["added_tokens"] = new JsonArray([.. special.InText.OrderBy(token => token.Id).Select(Added)]),
        };
        JsonObject tokens = new(
            vocabulary.Ids.OrderBy(token => token.Value).Select(token => KeyValuePair.Create(token.Key, (JsonNode?)token.Value)));
        foreach ((string part, JsonNode? value) in family == EncoderFamily.Roberta
            ? ByteLevel(settings, special, tokens, vocabulary.Merges)
            : WordPiece(settings, special, tokens))
        {
            tokenizer[part] = value;
        }

        return tokenizer;
    }

    private static JsonObject Added((string Text, int Id, bool StripsLeft) token) => new()
    {
        ["id"] = token.Id,
        ["content"] = token.Text,
        ["single_word"] = false,
        ["lstrip"] = token.StripsLeft,
        ["rstrip"] = false,
        ["normalized"] = false,
        ["special"] = true,
    };

    private static IEnumerable<(string Part, JsonNode? Value)> ByteLevel(
        TokenizerSettings settings, SpecialTokens special, JsonObject tokens, IReadOnlyList<string> merges)
    {
        JsonObject Bytes() => new()
        {
            ["type"] = "ByteLevel",
            ["add_prefix_space"] = settings.AddPrefixSpace,
            ["trim_offsets"] = true,
            ["use_regex"] = true,
        };
        yield return ("normalizer", null);
        yield return ("pre_tokenizer", Bytes());
        yield return ("post_processor", new JsonObject
        {
            ["type"] = "RobertaProcessing",
            ["sep"] = new JsonArray(settings.SepToken, special.Sep),
            ["cls"] = new JsonArray(settings.ClsToken, special.Cls),
            ["trim_offsets"] = true,
            ["add_prefix_space"] = settings.AddPrefixSpace,
        });
        yield return ("decoder", Bytes());
        yield return ("model", new JsonObject
        {
            ["type"] = "BPE",
            ["dropout"] = null,
            ["unk_token"] = null,
            ["continuing_subword_prefix"] = "",
            ["end_of_word_suffix"] = "",
            ["fuse_unk"] = false,
            ["vocab"] = tokens,
            ["merges"] = new JsonArray([.. merges.Select(merge => (JsonNode)merge)]),
        });
    }

    private static IEnumerable<(string Part, JsonNode? Value)> WordPiece(
        TokenizerSettings settings, SpecialTokens special, JsonObject tokens)
    {
        yield return ("normalizer", new JsonObject
        {
            ["type"] = "BertNormalizer",
            ["clean_text"] = true,
            ["handle_chinese_chars"] = settings.SplitChinese,
            ["strip_accents"] = settings.StripAccents,
            ["lowercase"] = settings.LowerCase,
        });
        yield return ("pre_tokenizer", new JsonObject { ["type"] = "BertPreTokenizer" });
        yield return ("post_processor", new JsonObject
        {
            ["type"] = "BertProcessing",
            ["sep"] = new JsonArray(settings.SepToken, special.Sep),
            ["cls"] = new JsonArray(settings.ClsToken, special.Cls),
        });
        yield return ("decoder", new JsonObject { ["type"] = "WordPiece", ["prefix"] = "##", ["cleanup"] = true });
        yield return ("model", new JsonObject
        {
            ["type"] = "WordPiece",
            ["unk_token"] = settings.UnkToken,
            ["continuing_subword_prefix"] = "##",
            ["max_input_chars_per_word"] = 100,
            ["vocab"] = tokens,
        });
    }
}
