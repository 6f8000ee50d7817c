using System.Text.Json;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Tokenization;

/// <summary>
/// What tokenizer_config.json, special_tokens_map.json and tokenizer.json say beside the vocabulary, with Hugging Face's defaults.
/// </summary>
internal sealed record TokenizerSettings
{
    // transformers writes about 1e30 where a tokenizer has no limit.
    private const double NoLimit = 1_000_000;

    public required string ClsToken { get; init; }

    public required string SepToken { get; init; }

    public required string PadToken { get; init; }

    public required string UnkToken { get; init; }

    public required string MaskToken { get; init; }

    /// <summary>RoBERTa's mask takes the blanks before it with it.</summary>
    public required bool MaskStripsLeft { get; init; }

    /// <summary>Every special-token string.</summary>
    public required IReadOnlyList<string> SpecialStrings { get; init; }

    public bool AddPrefixSpace { get; init; }

    public bool LowerCase { get; init; }

    public bool StripAccents { get; init; }

    public bool SplitChinese { get; init; }

    public int? MaxLength { get; init; }

    public static TokenizerSettings Read(TokenizerFiles files, EncoderFamily family)
    {
        bool roberta = family == EncoderFamily.Roberta;
        Sources sources = new(files);
        string Token(string role, string otherwise) => sources.Token(role) ?? otherwise;
        string cls = Token("cls_token", roberta ? "<s>" : "[CLS]");
        string sep = Token("sep_token", roberta ? "</s>" : "[SEP]");
        string pad = Token("pad_token", roberta ? "<pad>" : "[PAD]");
        string unk = Token("unk_token", roberta ? "<unk>" : "[UNK]");
        string mask = Token("mask_token", roberta ? "<mask>" : "[MASK]");
        bool lower = sources.Normalizer("do_lower_case", "lowercase") ?? true;
        return new TokenizerSettings
        {
            ClsToken = cls,
            SepToken = sep,
            PadToken = pad,
            UnkToken = unk,
            MaskToken = mask,
            MaskStripsLeft = roberta,
            SpecialStrings = [
                cls, sep, pad, unk, mask, .. new[] { sources.Token("bos_token"), sources.Token("eos_token") }.OfType<string>()],
            AddPrefixSpace = roberta && (sources.PreTokenizer("add_prefix_space") ?? false),
            LowerCase = lower,
            StripAccents = sources.Normalizer("strip_accents", "strip_accents") ?? lower,
            SplitChinese = sources.Normalizer("tokenize_chinese_chars", "handle_chinese_chars") ?? true,
            MaxLength = sources.Number("model_max_length") is { } limit and >= 1 and < NoLimit ? (int)limit : null,
        };
    }

    private sealed class Sources
    {
        private readonly JsonElement? _config;
        private readonly JsonElement? _map;
        private readonly JsonElement? _normalizer;
        private readonly JsonElement? _preTokenizer;

        public Sources(TokenizerFiles files)
        {
            _config = TokenizerJson.Root(files, "tokenizer_config.json");
            _map = TokenizerJson.Root(files, "special_tokens_map.json");
            JsonElement? tokenizer = TokenizerJson.Root(files, "tokenizer.json");
            _normalizer = Part(tokenizer, "normalizer");
            _preTokenizer = Part(tokenizer, "pre_tokenizer");
        }

        /// <summary>A special token, written as a string or as an object with its content.</summary>
        public string? Token(string role)
        {
            foreach (JsonElement? source in (JsonElement?[])[_config, _map])
            {
                if (source is { } json && json.TryGetProperty(role, out JsonElement value))
                {
                    if (value.ValueKind == JsonValueKind.Object && value.TryGetProperty("content", out JsonElement content))
                    {
                        value = content;
                    }

                    if (value.ValueKind == JsonValueKind.String)
                    {
                        return value.GetString();
                    }
                }
            }

            return null;
        }

        /// <summary>A switch of tokenizer_config.json, otherwise that of tokenizer.json's normaliser.</summary>
        public bool? Normalizer(string inConfig, string inNormalizer) => Flag(_config, inConfig) ?? Flag(_normalizer, inNormalizer);

        /// <summary>A switch of tokenizer_config.json, otherwise that of tokenizer.json's pre-tokeniser.</summary>
        public bool? PreTokenizer(string key) => Flag(_config, key) ?? Flag(_preTokenizer, key);

        public double? Number(string key) => _config is { } json && json.TryGetProperty(key, out JsonElement value)
            && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

        private static bool? Flag(JsonElement? source, string key) =>
            source is { } json && json.TryGetProperty(key, out JsonElement value)
            && value.ValueKind is JsonValueKind.True or JsonValueKind.False
                ? source.Value.GetProperty(key).GetBoolean()
                : null;

        private static JsonElement? Part(JsonElement? tokenizer, string name) =>
            tokenizer is { } json && json.TryGetProperty(name, out JsonElement part) && part.ValueKind == JsonValueKind.Object
            ? part
            : null;
    }
}
