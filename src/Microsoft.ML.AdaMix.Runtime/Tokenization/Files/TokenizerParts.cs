using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Tokenization.Added;
using Microsoft.ML.AdaMix.Tokenization.Words;

namespace Microsoft.ML.AdaMix.Tokenization.Files;

/// <summary>The parts of a tokenizer.json that old folders stand for, as transformers would write them.</summary>
internal static class TokenizerParts
{
    private const string Mark = "\u2581";

    /// <summary>A tokenizer of written parts and of a model and added tokens that were read.</summary>
    /// <param name="parts">normalizer, pre_tokenizer and post_processor.</param>
    /// <param name="model">The model.</param>
    /// <param name="added">Added tokens with the ids that the files declare.</param>
    /// <param name="settings">What else is said.</param>
    public static TokenizerDefinition Definition(
        JsonObject parts, ModelParts model, (List<AddedToken> Tokens, Dictionary<string, int> Declared) added,
        TokenizerSettings settings) =>
        TokenizerJsonReader.ReadParts(
            JsonSerializer.SerializeToElement(parts), $"the tokenizer of '{model.Vocabulary.Source}'", model, added.Tokens, settings) with
        {
            DeclaredIds = added.Declared,
            Written = parts,
        };

    public static JsonObject All(JsonNode? normalizer, JsonNode preTokenizer, JsonNode postProcessor) => new()
    {
        ["normalizer"] = normalizer,
        ["pre_tokenizer"] = preTokenizer,
        ["post_processor"] = postProcessor,
    };

    public static JsonObject Part(string type, params ReadOnlySpan<(string Key, JsonNode? Value)> values)
    {
        JsonObject part = new() { ["type"] = type };
        foreach ((string key, JsonNode? value) in values)
        {
            part[key] = value;
        }

        return part;
    }

    public static JsonObject ByteLevel(bool addPrefixSpace) =>
        Part("ByteLevel", ("add_prefix_space", addPrefixSpace), ("trim_offsets", true), ("use_regex", true));

    public static JsonObject Bert(TokenizerSettings settings)
    {
        bool lower = settings.Bert.LowerCase ?? true;
        return Part(
            "BertNormalizer", ("clean_text", true), ("handle_chinese_chars", settings.Bert.SplitsChinese ?? true),
            ("strip_accents", settings.Bert.StripsAccents ?? lower), ("lowercase", lower));
    }

    public static JsonObject Metaspace() => Part("Metaspace", ("replacement", Mark), ("prepend_scheme", "always"), ("split", true));

    public static JsonObject ReplaceText(string text, string content) =>
        Part("Replace", ("pattern", new JsonObject { ["String"] = text }), ("content", content));

    /// <summary>Runs of blanks to one, or to SentencePiece's mark.</summary>
    public static JsonObject ReplaceBlanks(bool byMark) =>
        Part("Replace", ("pattern", new JsonObject { ["Regex"] = " {2,}" }), ("content", byMark ? Mark : " "));

    public static JsonObject RobertaProcessing((string Token, int Id) cls, (string Token, int Id) sep) => Part(
        "RobertaProcessing", ("sep", new JsonArray(sep.Token, sep.Id)), ("cls", new JsonArray(cls.Token, cls.Id)),
        ("trim_offsets", true), ("add_prefix_space", false));

    public static JsonObject BertProcessing((string Token, int Id) cls, (string Token, int Id) sep) =>
        Part("BertProcessing", ("sep", new JsonArray(sep.Token, sep.Id)), ("cls", new JsonArray(cls.Token, cls.Id)));

    /// <summary>A frame in transformers' short form: "[CLS]:0 $A:0 [SEP]:0".</summary>
    public static JsonObject Template(string single, string pair, params (string Token, int Id)[] tokens) => Part(
        "TemplateProcessing", ("single", Items(single)), ("pair", Items(pair)),
        ("special_tokens", Ids(tokens)));

    /// <summary>The special tokens that a frame's short names stand for.</summary>
    public static JsonObject Ids(IEnumerable<(string Token, int Id)> tokens) => new(
        tokens.DistinctBy(token => token.Token, StringComparer.Ordinal).Select(token => new KeyValuePair<string, JsonNode?>(
            token.Token, new JsonObject
            {
                ["id"] = token.Token, ["ids"] = new JsonArray(token.Id), ["tokens"] = new JsonArray(token.Token),
            })));

    private static JsonArray Items(string form) =>
    [
        .. form.Split(' ').Select(item =>
        {
            int colon = item.LastIndexOf(':');
            string name = item[..colon];
            JsonObject content = new()
            {
                ["id"] = name.TrimStart('$'),
                ["type_id"] = item[colon + 1] - '0',
            };
            return (JsonNode)new JsonObject { [name[0] == '$' ? "Sequence" : "SpecialToken"] = content };
        }),
    ];
}
