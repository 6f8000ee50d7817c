using System.Text.Json;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Tokenization;

/// <summary>What tokenizer_config.json, special_tokens_map.json and tokenizer.json say beside the vocabulary, with Hugging Face's defaults.</summary>
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
        bool lower = sources.Flag("do_lower_case", "lowercase") ?? true;
        return new TokenizerSettings
        {
            ClsToken = cls,
            SepToken = sep,
            PadToken = pad,
            UnkToken = unk,
            MaskToken = mask,
            MaskStripsLeft = roberta,
            SpecialStrings = [cls, sep, pad, unk, mask, .. new[] { sources.Token("bos_token"), sources.Token("eos_token") }.OfType<string>()],
            AddPrefixSpace = roberta && (sources.Flag("add_prefix_space", null) ?? false),
            LowerCase = lower,
            StripAccents = sources.Flag("strip_accents", "strip_accents") ?? lower,
            SplitChinese = sources.Flag("tokenize_chinese_chars", "handle_chinese_chars") ?? true,
            MaxLength = sources.Number("model_max_length") is { } limit and > 0 and < NoLimit ? (int)limit : null,
        };
    }

    private sealed class Sources
    {
        private readonly JsonElement? _config;
        private readonly JsonElement? _map;
        private readonly JsonElement? _normalizer;

        public Sources(TokenizerFiles files)
        {
            _config = TokenizerJson.Root(files, "tokenizer_config.json");
            _map = TokenizerJson.Root(files, "special_tokens_map.json");
            _normalizer = TokenizerJson.Root(files, "tokenizer.json") is { } json && json.TryGetProperty("normalizer", out JsonElement normalizer) && normalizer.ValueKind == JsonValueKind.Object
                ? normalizer
                : null;
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

        public bool? Flag(string inConfig, string? inNormalizer) => Flag(_config, inConfig) ?? Flag(_normalizer, inNormalizer);

        public double? Number(string key) => _config is { } json && json.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

        private static bool? Flag(JsonElement? source, string? key) =>
            source is { } json && key is not null && json.TryGetProperty(key, out JsonElement value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False
                ? source.Value.GetProperty(key!).GetBoolean()
                : null;
    }
}
