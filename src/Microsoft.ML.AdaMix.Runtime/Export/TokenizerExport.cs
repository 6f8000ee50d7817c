using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tokenization;
using Microsoft.ML.AdaMix.Tokenization.Added;
using Microsoft.ML.AdaMix.Tokenization.Files;
using Microsoft.ML.AdaMix.Tokenization.Words;

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
            EncoderFamily family = model.Encoder.Config.Family;
            config["tokenizer_class"] = TokenizerSettings.Read(files, family, model.Encoder.Config.ModelType).TokenizerClass
                ?? (family == EncoderFamily.Roberta ? "RobertaTokenizer" : "BertTokenizer");
        }

        config["model_max_length"] = model.Input.MaxLength;
        return config;
    }

    // Parts as they were read; the same for added tokens and the model.
    private static JsonObject Tokenizer(LoadedEncoder encoder)
    {
        TokenizerDefinition definition = TokenizerReader.Read(encoder.Tokenizer, encoder.Config.Family, encoder.Config.ModelType);
        IReadOnlyDictionary<int, AddedToken> added = definition.AddedVocabulary().Tokens;
        JsonObject tokenizer = new()
        {
            ["version"] = "1.0",
            ["truncation"] = null,
            ["padding"] = null,
            ["added_tokens"] = new JsonArray([.. added.OrderBy(token => token.Key).Select(token => Added(token.Value, token.Key))]),
        };
        foreach ((string part, JsonNode? value) in definition.Written!)
        {
            tokenizer[part] = value?.DeepClone();
        }

        tokenizer["decoder"] = definition.Model switch
        {
            BytePairParts { FusesUnknown: false } => tokenizer["pre_tokenizer"]!.DeepClone(),
            WordPieceParts => new JsonObject { ["type"] = "WordPiece", ["prefix"] = "##", ["cleanup"] = true },
            _ => TokenizerParts.Metaspace(),
        };
        tokenizer["model"] = Model(definition.Model);
        return tokenizer;
    }

    private static JsonObject Added(AddedToken token, int id) => new()
    {
        ["id"] = id,
        ["content"] = token.Content,
        ["single_word"] = token.SingleWord,
        ["lstrip"] = token.StripsLeft,
        ["rstrip"] = token.StripsRight,
        ["normalized"] = token.IsNormalized,
        ["special"] = token.IsSpecial,
    };

    private static JsonObject Model(ModelParts model)
    {
        Vocabulary vocabulary = model.Vocabulary;
        JsonObject Tokens() => new(
            vocabulary.Ids.OrderBy(token => token.Value).Select(token => KeyValuePair.Create(token.Key, (JsonNode?)token.Value)));
        return model switch
        {
            BytePairParts parts => new JsonObject
            {
                ["type"] = "BPE",
                ["dropout"] = null,
                ["unk_token"] = parts.UnknownToken,
                ["continuing_subword_prefix"] = parts.ContinuingPrefix,
                ["end_of_word_suffix"] = parts.EndSuffix,
                ["fuse_unk"] = parts.FusesUnknown,
                ["byte_fallback"] = parts.FallsBackToBytes,
                ["vocab"] = Tokens(),
                ["merges"] = new JsonArray([.. vocabulary.Merges.Select(merge => (JsonNode)$"{merge.Left} {merge.Right}")]),
            },
            UnigramParts parts => new JsonObject
            {
                ["type"] = "Unigram",
                ["unk_id"] = parts.UnknownId,
                ["vocab"] = new JsonArray([.. parts.Pieces.Select((piece, id) => (JsonNode)new JsonArray(piece, parts.Scores[id]))]),
                ["byte_fallback"] = parts.FallsBackToBytes,
            },
            WordPieceParts parts => new JsonObject
            {
                ["type"] = "WordPiece",
                ["unk_token"] = parts.UnknownToken,
                ["continuing_subword_prefix"] = parts.ContinuingPrefix,
                ["max_input_chars_per_word"] = parts.MostCharacters,
                ["vocab"] = Tokens(),
            },
            _ => throw new NotSupportedException(model.GetType().Name),
        };
    }
}
