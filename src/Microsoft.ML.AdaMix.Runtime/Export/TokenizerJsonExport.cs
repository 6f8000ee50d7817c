using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tokenization;
using Microsoft.ML.AdaMix.Tokenization.Added;
using Microsoft.ML.AdaMix.Tokenization.Files;
using Microsoft.ML.AdaMix.Tokenization.Words;

namespace Microsoft.ML.AdaMix.Export;

/// <summary>The tokenizer.json of an exported model: the encoder's own with all that decides written out, or one in its stead.</summary>
internal static class TokenizerJsonExport
{
    public const string File = "tokenizer.json";

    private static readonly JsonWriterOptions Readable = new()
    {
        Indented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <param name="encoder">Whose tokenizer it is.</param>
    /// <param name="definition">The tokenizer as it was read.</param>
    /// <param name="vocabulary">What its model and its added tokens are in the file.</param>
    public static byte[] Create(LoadedEncoder encoder, TokenizerDefinition definition, WrittenVocabulary vocabulary)
    {
        string source = $"tokenizer.json of '{encoder.Tokenizer.Source}'";
        JsonElement? own = TokenizerJson.Root(encoder.Tokenizer, File);
        JsonElement parts = own ?? JsonSerializer.SerializeToElement(definition.Written);
        TokenizerSettings settings = definition.Settings;
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, Readable))
        {
            void Write(string name, JsonNode? value)
            {
                json.WritePropertyName(name);
                if (value is null)
                {
                    json.WriteNullValue();
                }
                else
                {
                    value.WriteTo(json);
                }
            }

            json.WriteStartObject();
            Write("version", "1.0");
            Write("truncation", null);
            Write("padding", null);
            Write("added_tokens", new JsonArray([.. vocabulary.Added.Select(token => Added(token.Value, token.Key))]));
            Write("normalizer", ExplicitParts.Normalizer(JsonPart.Of(parts, "normalizer", source), settings.AppliedBert));
            Write("pre_tokenizer", ExplicitParts.PreTokenizer(JsonPart.Of(parts, "pre_tokenizer", source), settings.AppliedPrefixSpace));
            Write("post_processor", ExplicitParts.PostProcessor(
                JsonPart.Of(parts, "post_processor", source), definition.Frame, definition.WholeVocabulary()));
            Write("decoder", own is { } root
                ? JsonPart.Of(root, "decoder", source) is { } decoder ? JsonSerializer.SerializeToNode(decoder.Json) : null
                : Decoder(definition));
            json.WritePropertyName("model");
            vocabulary.Write(own?.GetProperty("model"), json);

            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static JsonNode? Decoder(TokenizerDefinition definition) => definition.Model switch
    {
        BytePairParts { FusesUnknown: false } => definition.Written!["pre_tokenizer"]?.DeepClone(),
        WordPieceParts => new JsonObject { ["type"] = "WordPiece", ["prefix"] = "##", ["cleanup"] = true },
        _ => TokenizerParts.Metaspace(),
    };

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
}
