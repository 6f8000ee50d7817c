using System.Globalization;
using System.Text.Json;
using Microsoft.ML.AdaMix.Tokenization.Files;

namespace Microsoft.ML.AdaMix.Tokenization.Words;

/// <summary>Reads the model of a tokenizer.json.</summary>
internal static class ModelReader
{
    private static readonly string[] Types = ["BPE", "WordPiece", "Unigram", "WordLevel"];

    /// <param name="root">The file.</param>
    /// <param name="name">What errors call the tokenizer.</param>
    /// <param name="source">What errors call the file.</param>
    /// <exception cref="InvalidDataException">It is damaged or not supported.</exception>
    public static ModelParts Read(JsonElement root, string name, string source)
    {
        JsonPart part = JsonPart.Of(root, "model", source) ?? throw new InvalidDataException($"The model of {source} is '(none)'.");
        string type = TypeOf(part);
        if (part.Json.TryGetProperty("dropout", out JsonElement dropout)
            && dropout.ValueKind == JsonValueKind.Number && dropout.GetDouble() != 0)
        {
            throw part.Refuse($"has dropout = {dropout.GetRawText()}; only 0.0 is supported");
        }

        return type switch
        {
            "BPE" => BytePair(part, name),
            "WordPiece" => new WordPieceParts(
                new Vocabulary(name, Ids(part), []), part.Text("unk_token") ?? "[UNK]",
                part.Text("continuing_subword_prefix") ?? "##", part.Number("max_input_chars_per_word") ?? 100),
            "WordLevel" => new WordLevelParts(new Vocabulary(name, Ids(part), []), part.Text("unk_token") ?? "<unk>"),
            "Unigram" => Unigram(part, name),
            _ => throw part.NotSupported(),
        };
    }

    // Old files leave the type out; what else is there tells it.
    private static string TypeOf(JsonPart part) => part.Type.Length > 0 ? part.Type
        : part.Json.TryGetProperty("merges", out _) ? Types[0]
        : part.Json.TryGetProperty("max_input_chars_per_word", out _) ? Types[1]
        : part.Json.TryGetProperty("unk_id", out _) ? Types[2]
        : string.Empty;

    private static BytePairParts BytePair(JsonPart part, string name) => new(
        new Vocabulary(name, Ids(part), Merges(part)),
        part.Text("unk_token"),
        part.Text("continuing_subword_prefix") ?? string.Empty,
        part.Text("end_of_word_suffix") ?? string.Empty,
        part.Flag("fuse_unk", false),
        part.Flag("byte_fallback", false),
        part.Flag("ignore_merges", false));

    private static Dictionary<string, int> Ids(JsonPart part) => part.Json.TryGetProperty("vocab", out JsonElement vocabulary)
        ? TokenizerJson.Ids(vocabulary, part.Source)
        : throw new InvalidDataException($"The model of {part.Source} has no vocab.");

    private static UnigramParts Unigram(JsonPart part, string name)
    {
        JsonElement list = part.Value("vocab", JsonValueKind.Array) ?? throw new InvalidDataException(
            $"The model of {part.Source} has no vocab.");
        List<(string Piece, double Score)> pieces = new(list.GetArrayLength());
        foreach (JsonElement piece in list.EnumerateArray())
        {
            bool isPair = piece.ValueKind == JsonValueKind.Array && piece.GetArrayLength() == 2
                && piece[0].ValueKind == JsonValueKind.String && piece[1].ValueKind == JsonValueKind.Number;
            pieces.Add(isPair && piece[1].TryGetDouble(out double score) && double.IsFinite(score)
                ? (piece[0].GetString()!, score)
                : throw part.Refuse($"has the piece {pieces.Count} {TokenizerJson.Shown(piece)}; a string and its score are expected"));
        }

        return OfPieces(pieces, part.Number("unk_id"), part.Flag("byte_fallback", false), name, part.Source);
    }

    /// <summary>A Unigram model of pieces by id.</summary>
    /// <exception cref="InvalidDataException">There is no unknown piece among them.</exception>
    public static UnigramParts OfPieces(
        IReadOnlyList<(string Piece, double Score)> pieces, int? unknown, bool fallsBackToBytes, string name, string source)
    {
        if (unknown is null || unknown >= pieces.Count)
        {
            throw new InvalidDataException(
                $"The Unigram model of {source} has unk_id = {unknown?.ToString(CultureInfo.InvariantCulture) ?? "null"} and "
                + $"{pieces.Count} pieces; the id of one of them is expected.");
        }

        Dictionary<string, int> ids = new(pieces.Count, StringComparer.Ordinal);
        for (int id = 0; id < pieces.Count; id++)
        {
            ids[pieces[id].Piece] = id; // of a repeated piece the last counts, as in the library
        }

        return new UnigramParts(
            new Vocabulary(name, ids, []), [.. pieces.Select(piece => piece.Piece)], [.. pieces.Select(piece => piece.Score)],
            unknown.Value, fallsBackToBytes);
    }

    // Written as "left right" by older versions and as ["left", "right"] by newer ones.
    private static List<Merge> Merges(JsonPart part)
    {
        if (!part.Json.TryGetProperty("merges", out JsonElement merges) || merges.ValueKind != JsonValueKind.Array)
        {
            throw new InvalidDataException($"The model of {part.Source} has no list of merges.");
        }

        List<Merge> result = new(merges.GetArrayLength());
        foreach (JsonElement merge in merges.EnumerateArray())
        {
            result.Add(
                merge.ValueKind == JsonValueKind.String
                    && MergesFile.Parse(merge.GetString()!) is { } written ? written
                : merge.ValueKind == JsonValueKind.Array && merge.GetArrayLength() == 2
                    && merge.EnumerateArray().All(token => token.ValueKind == JsonValueKind.String && token.GetString() is { Length: > 0 })
                    ? new Merge(merge[0].GetString()!, merge[1].GetString()!)
                : throw MergesFile.Wrong(
                    merge.ValueKind == JsonValueKind.Array ? string.Join(' ', merge.EnumerateArray()) : merge.ToString(),
                    $"merge {result.Count + 1} of {part.Source}"));
        }

        return result;
    }
}
