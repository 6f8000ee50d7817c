using System.Text.Json;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tokenization.Files;
using Microsoft.ML.AdaMix.Tokenization.Normalizers;

namespace Microsoft.ML.AdaMix.Tokenization;

/// <summary>
/// What tokenizer_config.json, special_tokens_map.json and tokenizer.json say beside the parts, with Hugging Face's defaults.
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

    /// <summary>Every special-token string.</summary>
    public required IReadOnlyList<string> SpecialStrings { get; init; }

    /// <summary>What tokenizer_config.json says of it; null where it is silent.</summary>
    public bool? AddPrefixSpace { get; init; }

    /// <summary>Likewise of BERT's normalizer.</summary>
    public BertSwitches Bert { get; init; }

    /// <summary>The class in Python without "Fast" at its end; null where none is named.</summary>
    public string? TokenizerClass { get; init; }

    /// <summary>Whether the file asks for a class that changes nothing of a tokenizer.json.</summary>
    public bool IsGeneric { get; init; }

    /// <summary>What of a tokenizer.json's prefix space another file decides; null for nothing.</summary>
    public bool? AppliedPrefixSpace => IsGeneric ? null : AddPrefixSpace;

    /// <summary>Likewise of its BERT normalizer.</summary>
    public BertSwitches AppliedBert => IsGeneric ? default : Bert;

    /// <summary>Whether accents stay, which ALBERT asks; null where nothing is said.</summary>
    public bool? KeepsAccents { get; init; }

    /// <summary>Whether punctuation stands alone, which DeBERTa asks.</summary>
    public bool SplitsByPunctuation { get; init; }

    public bool TruncatesLeft { get; init; }

    public int? MaxLength { get; init; }

    /// <param name="files">The files.</param>
    /// <param name="family">Of the encoder.</param>
    /// <param name="modelType">Its <c>model_type</c>, where the family has several and it is not the first.</param>
    public static TokenizerSettings Read(TokenizerFiles files, EncoderFamily family, string? modelType = null)
    {
        Sources sources = new(files);
        string? named = sources.Text("tokenizer_class") ?? ClassOf(files, family, modelType);
        string? tokenizerClass = named?.EndsWith("Fast", StringComparison.Ordinal) == true ? named[..^"Fast".Length] : named;
        bool isRoberta = tokenizerClass switch
        {
            "XLMRobertaTokenizer" or "CamembertTokenizer" or "RobertaTokenizer" or "MPNetTokenizer" or OldClasses.Herbert => true,
            "BertTokenizer" or "DistilBertTokenizer" or "ElectraTokenizer" or "DebertaTokenizer" or "DebertaV2Tokenizer" => false,
            "AlbertTokenizer" or "RemBertTokenizer" or "BigBirdTokenizer" => false,
            _ => sources.IsNamed("<s>") ?? family == EncoderFamily.Roberta,
        };
        string Token(string role, string bracketed, string angled) => sources.Token(role) ?? (isRoberta ? angled : bracketed);
        bool isXlnet = tokenizerClass == "XLNetTokenizer";
        string cls = Token("cls_token", isXlnet ? "<cls>" : "[CLS]", isXlnet ? "<cls>" : "<s>");
        string sep = Token("sep_token", isXlnet ? "<sep>" : "[SEP]", isXlnet ? "<sep>" : "</s>");
        bool hasAngledPad = tokenizerClass is "AlbertTokenizer" or "RemBertTokenizer" or "BigBirdTokenizer" or "XLNetTokenizer";
        string pad = Token("pad_token", hasAngledPad ? "<pad>" : "[PAD]", "<pad>");
        string unk = Token("unk_token", hasAngledPad ? "<unk>" : "[UNK]", tokenizerClass == "MPNetTokenizer" ? "[UNK]" : "<unk>");
        string mask = Token("mask_token", "[MASK]", "<mask>");
        UnsupportedSettings.Refuse(files, named);
        return new TokenizerSettings
        {
            ClsToken = cls,
            SepToken = sep,
            PadToken = pad,
            UnkToken = unk,
            MaskToken = mask,
            SpecialStrings = [
                cls, sep, pad, unk, mask, .. new[] { sources.Token("bos_token"), sources.Token("eos_token") }.OfType<string>()],
            AddPrefixSpace = sources.Flag("add_prefix_space"),
            Bert = new BertSwitches(
                sources.Flag("do_lower_case"), sources.Flag("strip_accents"), sources.Flag("tokenize_chinese_chars")),
            TokenizerClass = tokenizerClass,
            IsGeneric = named?.StartsWith("PreTrainedTokenizer", StringComparison.Ordinal) == true || tokenizerClass == OldClasses.Herbert,
            KeepsAccents = sources.Flag("keep_accents"),
            SplitsByPunctuation = sources.Flag("split_by_punct") ?? false,
            TruncatesLeft = sources.TruncationSide() == "left",
            MaxLength = sources.Number("model_max_length") is { } limit and >= 1 and < NoLimit ? (int)limit : null,
        };
    }

    // What Hugging Face takes where no class is named and the network says it; a family's models with other files have other ones.
    private static string? ClassOf(TokenizerFiles files, EncoderFamily family, string? modelType)
    {
        bool hasPieces = files.Contents.Keys.Any(file => file.EndsWith(".model", StringComparison.Ordinal));
        return family switch
        {
            EncoderFamily.MPNet when files.Contents.ContainsKey("vocab.txt") => "MPNetTokenizer",
            EncoderFamily.Roberta when hasPieces && modelType == "camembert" => "CamembertTokenizer",
            EncoderFamily.Roberta when hasPieces && modelType == "xlm-roberta" => "XLMRobertaTokenizer",
            EncoderFamily.Albert when hasPieces => "AlbertTokenizer",
            EncoderFamily.DebertaV2 when hasPieces => "DebertaV2Tokenizer",
            _ => null,
        };
    }

    private sealed class Sources
    {
        private readonly JsonElement? _config;
        private readonly JsonElement? _map;
        private readonly JsonElement? _tokenizer;

        public Sources(TokenizerFiles files)
        {
            _config = TokenizerJson.Root(files, "tokenizer_config.json");
            _map = TokenizerJson.Root(files, "special_tokens_map.json");
            _tokenizer = TokenizerJson.Root(files, "tokenizer.json");
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

        /// <summary>Whether the post-processor of tokenizer.json names a token; null where it has none.</summary>
        public bool? IsNamed(string token) =>
            _tokenizer is { } json && json.TryGetProperty("post_processor", out JsonElement part) && part.ValueKind == JsonValueKind.Object
                ? Names(part, token)
                : null;

        private static bool Names(JsonElement json, string token) => json.ValueKind switch
        {
            JsonValueKind.String => json.ValueEquals(token),
            JsonValueKind.Array => json.EnumerateArray().Any(item => Names(item, token)),
            JsonValueKind.Object => json.EnumerateObject().Any(item => Names(item.Value, token)),
            _ => false,
        };

        /// <summary>A switch of tokenizer_config.json.</summary>
        public bool? Flag(string key) => Value(_config, key) is { ValueKind: JsonValueKind.True or JsonValueKind.False } flag
            ? flag.GetBoolean()
            : null;

        public string? Text(string key) =>
            Value(_config, key) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

        public double? Number(string key) =>
            Value(_config, key) is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : null;

        /// <summary>That of tokenizer_config.json, otherwise that of tokenizer.json's truncation.</summary>
        public string? TruncationSide() => Text("truncation_side")
            ?? (Value(_tokenizer, "truncation") is { ValueKind: JsonValueKind.Object } truncation
                ? TokenizerJson.Text(truncation, "direction")?.ToLowerInvariant()
                : null);

        private static JsonElement? Value(JsonElement? source, string key) =>
            source is { } json && json.TryGetProperty(key, out JsonElement value) ? value : null;
    }
}
