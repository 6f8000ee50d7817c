using System.Text.Json;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Tokenization;

/// <summary>
/// Reads the vocabulary of a tokenizer.json, and refuses one that asks for something other than RoBERTa's BPE or BERT's WordPiece.
/// </summary>
internal static class TokenizerJsonVocabulary
{
    // Settings that would change the ids, with the one value that is implemented; one that is absent or null has it.
    private static readonly (string Part, string Key, string Implemented)[] BpeSettings =
    [
        ("pre_tokenizer", "use_regex", "true"),
        ("model", "dropout", "0.0"),
        ("model", "continuing_subword_prefix", "\"\""),
        ("model", "end_of_word_suffix", "\"\""),
        ("model", "ignore_merges", "false"),
    ];

    private static readonly (string Part, string Key, string Implemented)[] WordPieceSettings =
    [
        ("normalizer", "clean_text", "true"),
        ("model", "continuing_subword_prefix", "\"##\""),
        ("model", "max_input_chars_per_word", "100"),
    ];

    /// <exception cref="InvalidDataException">There is no tokenizer.json, it is damaged, or not of the family's kind.</exception>
    public static Vocabulary Read(TokenizerFiles files, EncoderFamily family)
    {
        bool bpe = family == EncoderFamily.Roberta;
        string source = $"tokenizer.json of '{files.Source}'";
        JsonElement root = TokenizerJson.Root(files, "tokenizer.json") ?? throw new InvalidDataException(
            $"The encoder '{files.Source}' has no vocabulary; {(bpe ? "vocab.json and merges.txt" : "vocab.txt")}, or tokenizer.json, is "
            + $"expected, found is {(files.Contents.Count == 0 ? "none" : string.Join(", ", files.Contents.Keys))}.");
        CheckType(root, "model", bpe ? "BPE" : "WordPiece", source);
        CheckType(root, "pre_tokenizer", bpe ? "ByteLevel" : "BertPreTokenizer", source);
        CheckType(root, "normalizer", bpe ? null : "BertNormalizer", source);
        foreach ((string part, string key, string implemented) in bpe ? BpeSettings : WordPieceSettings)
        {
            if (root.GetProperty(part).TryGetProperty(key, out JsonElement value) && value.ValueKind != JsonValueKind.Null
                && value.GetRawText() != implemented)
            {
                throw new InvalidDataException(
                    $"The {part} of {source} has {key} = {value.GetRawText()}; only {implemented} is supported for this encoder.");
            }
        }

        JsonElement model = root.GetProperty("model");
        Dictionary<string, int> ids = model.TryGetProperty("vocab", out JsonElement vocabulary)
            ? TokenizerJson.Ids(vocabulary, source)
            : throw new InvalidDataException($"The model of {source} has no vocab.");
        AddTokens(root, ids);
        return new Vocabulary(files.Source, ids, bpe ? Merges(model, source) : []);
    }

    private static void CheckType(JsonElement root, string part, string? expected, string source)
    {
        string? found = root.TryGetProperty(part, out JsonElement value) && value.ValueKind == JsonValueKind.Object
            ? TokenizerJson.Text(value, "type") ?? "(none)"
            : null;
        if (found != expected)
        {
            throw new InvalidDataException(
                $"The {part} of {source} is '{found ?? "(none)"}'; only {(expected is null ? "none" : $"'{expected}'")} is supported for "
                + "this encoder.");
        }
    }

    private static void AddTokens(JsonElement root, Dictionary<string, int> ids)
    {
        if (root.TryGetProperty("added_tokens", out JsonElement added) && added.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement token in added.EnumerateArray().Where(token => token.ValueKind == JsonValueKind.Object))
            {
                if (TokenizerJson.Text(token, "content") is { } content && token.TryGetProperty("id", out JsonElement id)
                    && TokenizerJson.Id(id) is { } value)
                {
                    ids.TryAdd(content, value);
                }
            }
        }
    }

    // Written as "left right" by older versions and as ["left", "right"] by newer ones.
    private static List<string> Merges(JsonElement model, string source)
    {
        if (!model.TryGetProperty("merges", out JsonElement merges) || merges.ValueKind != JsonValueKind.Array)
        {
            throw new InvalidDataException($"The model of {source} has no list of merges.");
        }

        List<string> result = new(merges.GetArrayLength());
        foreach (JsonElement merge in merges.EnumerateArray())
        {
            string text = merge.ValueKind switch
            {
                JsonValueKind.String => merge.GetString()!,
                JsonValueKind.Array => string.Join(
                    ' ', merge.EnumerateArray().Select(token => token.ValueKind == JsonValueKind.String ? token.GetString() : null)),
                _ => merge.GetRawText(),
            };
            result.Add(Vocabulary.CheckedMerge(text, $"merge {result.Count + 1} of {source}"));
        }

        return result;
    }
}
