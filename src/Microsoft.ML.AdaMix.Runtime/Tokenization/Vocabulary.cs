using System.Text;
using System.Text.Json;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Tokenization;

/// <summary>Tokens with their ids, and for BPE the merges by rank.</summary>
/// <param name="Source">What errors call it.</param>
/// <param name="Ids">Token to id.</param>
/// <param name="Merges">"left right", the most frequent first; empty for WordPiece.</param>
internal sealed record Vocabulary(string Source, IReadOnlyDictionary<string, int> Ids, IReadOnlyList<string> Merges)
{
    /// <summary>One more than the highest id.</summary>
    public int Size { get; } = Ids.Count == 0 ? 0 : Ids.Values.Max() + 1;

    public static Vocabulary Read(TokenizerFiles files, EncoderFamily family) => family == EncoderFamily.Roberta
        ? files.Contents.ContainsKey("vocab.json") && files.Contents.ContainsKey("merges.txt")
            ? new Vocabulary(files.Source, VocabJson(files), MergesText(files))
            : FromTokenizerJson(files, "BPE", "vocab.json and merges.txt")
        : files.Contents.TryGetValue("vocab.txt", out byte[]? lines)
            ? new Vocabulary(files.Source, VocabText(files.Source, lines), [])
            : FromTokenizerJson(files, "WordPiece", "vocab.txt");

    /// <summary>The tokens by id, from 0 without a gap.</summary>
    public string[] InOrder()
    {
        string[] tokens = new string[Size];
        foreach ((string token, int id) in Ids)
        {
            tokens[id] = token;
        }

        int gap = Array.FindIndex(tokens, token => token is null);
        return gap < 0 ? tokens : throw new InvalidDataException($"The vocabulary of '{Source}' has no token with id {gap}, though ids go up to {Size - 1}.");
    }

    private static Dictionary<string, int> VocabJson(TokenizerFiles files) =>
        Entries(TokenizerJson.Root(files, "vocab.json")!.Value, $"vocab.json of '{files.Source}'");

    private static string[] MergesText(TokenizerFiles files)
    {
        string[] lines = Encoding.UTF8.GetString(files.Contents["merges.txt"]).Split('\n');
        List<string> merges = new(lines.Length);
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].TrimEnd('\r');
            if (line.Length == 0 || (i == 0 && line.StartsWith("#version", StringComparison.Ordinal)))
            {
                continue;
            }

            merges.Add(CheckedMerge(line, $"line {i + 1} of merges.txt of '{files.Source}'"));
        }

        return [.. merges];
    }

    private static Dictionary<string, int> VocabText(string source, byte[] bytes)
    {
        string[] lines = Encoding.UTF8.GetString(bytes).Split('\n');
        int count = lines.Length > 0 && lines[^1].Length == 0 ? lines.Length - 1 : lines.Length;
        Dictionary<string, int> ids = new(count, StringComparer.Ordinal);
        for (int i = 0; i < count; i++)
        {
            string token = lines[i].TrimEnd('\r');
            if (!ids.TryAdd(token, i))
            {
                throw new InvalidDataException($"Line {i + 1} of vocab.txt of '{source}' repeats the token '{token}' of line {ids[token] + 1}; every token must be there once.");
            }
        }

        return ids;
    }

    private static Vocabulary FromTokenizerJson(TokenizerFiles files, string type, string alternative)
    {
        string source = $"tokenizer.json of '{files.Source}'";
        JsonElement root = TokenizerJson.Root(files, "tokenizer.json")
            ?? throw new InvalidDataException($"The encoder '{files.Source}' has no tokenizer files; {alternative}, or tokenizer.json, is expected.");
        if (!root.TryGetProperty("model", out JsonElement model) || Text(model, "type") != type)
        {
            throw new InvalidDataException($"The model of {source} is of type '{(model.ValueKind == JsonValueKind.Object ? Text(model, "type") : null) ?? "(none)"}'; {type} is expected for this encoder.");
        }

        CheckPart(root, "pre_tokenizer", type == "BPE" ? "ByteLevel" : "BertPreTokenizer", source);
        if (type == "WordPiece")
        {
            CheckPart(root, "normalizer", "BertNormalizer", source);
        }

        Dictionary<string, int> ids = Entries(model.GetProperty("vocab"), source);
        if (root.TryGetProperty("added_tokens", out JsonElement added) && added.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement token in added.EnumerateArray())
            {
                if (Text(token, "content") is { } content && token.TryGetProperty("id", out JsonElement id) && id.TryGetInt32(out int value))
                {
                    ids.TryAdd(content, value);
                }
            }
        }

        return new Vocabulary(files.Source, ids, type == "BPE" ? MergesJson(model, source) : []);
    }

    // Written as "left right" by older versions and as ["left", "right"] by newer ones.
    private static List<string> MergesJson(JsonElement model, string source)
    {
        if (!model.TryGetProperty("merges", out JsonElement merges) || merges.ValueKind != JsonValueKind.Array)
        {
            throw new InvalidDataException($"The model of {source} has no list of merges.");
        }

        List<string> result = new(merges.GetArrayLength());
        foreach (JsonElement merge in merges.EnumerateArray())
        {
            string text = merge.ValueKind == JsonValueKind.Array && merge.GetArrayLength() == 2 ? $"{merge[0].GetString()} {merge[1].GetString()}"
                : merge.ValueKind == JsonValueKind.String ? merge.GetString()!
                : string.Empty;
            result.Add(CheckedMerge(text, $"merge {result.Count + 1} of {source}"));
        }

        return result;
    }

    private static string CheckedMerge(string merge, string where)
    {
        int blank = merge.IndexOf(' ', StringComparison.Ordinal);
        return blank > 0 && blank < merge.Length - 1 && merge.IndexOf(' ', blank + 1) < 0
            ? merge
            : throw new InvalidDataException($"The {where} is '{merge}'; two tokens with one blank between are expected.");
    }

    private static void CheckPart(JsonElement root, string part, string expected, string source)
    {
        string? found = root.TryGetProperty(part, out JsonElement value) && value.ValueKind == JsonValueKind.Object ? Text(value, "type") : null;
        if (found != expected)
        {
            throw new InvalidDataException($"The {part} of {source} is '{found ?? "(none)"}'; only '{expected}' is supported for this encoder.");
        }
    }

    private static Dictionary<string, int> Entries(JsonElement vocabulary, string source)
    {
        Dictionary<string, int> ids = new(StringComparer.Ordinal);
        foreach (JsonProperty entry in vocabulary.EnumerateObject())
        {
            if (entry.Value.ValueKind != JsonValueKind.Number || !entry.Value.TryGetInt32(out int id) || id is < 0 or > 1 << 24 || !ids.TryAdd(entry.Name, id))
            {
                throw new InvalidDataException($"The entry '{entry.Name}' in the vocabulary of {source} is repeated or has no valid id ({entry.Value.GetRawText()}); a whole number from 0 is expected.");
            }
        }

        return ids;
    }

    private static string? Text(JsonElement json, string key) => json.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
