using System.Text;
using System.Text.Unicode;
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
            : TokenizerJsonVocabulary.Read(files, family)
        : files.Contents.TryGetValue("vocab.txt", out byte[]? lines)
            ? new Vocabulary(files.Source, VocabText(files.Source, lines), [])
            : TokenizerJsonVocabulary.Read(files, family);

    /// <summary>Refuses ids that the encoder has no embedding for.</summary>
    /// <param name="rows">Of the encoder's word embeddings.</param>
    /// <exception cref="InvalidDataException">There is such an id.</exception>
    public void RequireWithin(int rows)
    {
        if (Size > rows)
        {
            (string token, int id) = Ids.First(entry => entry.Value >= rows);
            throw new InvalidDataException(
                $"The vocabulary of '{Source}' has the token '{token}' with the id {id}, but the encoder has embeddings for {rows} tokens,"
                + $" ids 0 to {rows - 1}. Take the tokenizer that belongs to the encoder.");
        }
    }

    /// <summary>The tokens by id, from 0 without a gap, none with a line break: what can be written as the lines of a vocab.txt.</summary>
    public string[] InOrder()
    {
        string[] tokens = new string[Size];
        foreach ((string token, int id) in Ids)
        {
            tokens[id] = token;
        }

        int gap = Array.FindIndex(tokens, token => token is null);
        if (gap >= 0)
        {
            throw new InvalidDataException(
                $"The vocabulary of '{Source}' has no token with id {gap}, though ids go up to {Size - 1}; WordPiece needs every id once.");
        }

        int broken = Array.FindIndex(tokens, token => token.AsSpan().ContainsAny('\r', '\n'));
        return broken < 0 ? tokens : throw new InvalidDataException(
            $"The token with id {broken} in the vocabulary of '{Source}' holds a line break, which no WordPiece token can.");
    }

    private static Dictionary<string, int> VocabJson(TokenizerFiles files) =>
        TokenizerJson.Ids(TokenizerJson.Root(files, "vocab.json")!.Value, $"vocab.json of '{files.Source}'");

    private static string[] MergesText(TokenizerFiles files)
    {
        string[] lines = Lines(files.Source, "merges.txt", files.Contents["merges.txt"]);
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
        string[] lines = Lines(source, "vocab.txt", bytes);
        int count = lines.Length > 0 && lines[^1].Length == 0 ? lines.Length - 1 : lines.Length;
        Dictionary<string, int> ids = new(count, StringComparer.Ordinal);
        for (int i = 0; i < count; i++)
        {
            string token = lines[i].TrimEnd('\r');
            if (!ids.TryAdd(token, i))
            {
                throw new InvalidDataException(
                    $"Line {i + 1} of vocab.txt of '{source}' repeats the token '{token}' of line {ids[token] + 1}; every token must be "
                    + "there once.");
            }
        }

        return ids;
    }

    private static string[] Lines(string source, string file, byte[] bytes)
    {
        if (!Utf8.IsValid(bytes))
        {
            int line = 1;
            foreach (Range range in bytes.AsSpan().Split((byte)'\n'))
            {
                if (!Utf8.IsValid(bytes.AsSpan(range)))
                {
                    break;
                }

                line++;
            }

            throw new InvalidDataException($"Line {line} of {file} of '{source}' is not valid UTF-8. Fetch the file again.");
        }

        return Encoding.UTF8.GetString(bytes).Split('\n');
    }

    /// <summary>The merge as it is, if it consists of two tokens.</summary>
    public static string CheckedMerge(string merge, string where)
    {
        int blank = merge.IndexOf(' ', StringComparison.Ordinal);
        return blank > 0 && blank < merge.Length - 1 && merge.IndexOf(' ', blank + 1) < 0
            ? merge
            : throw new InvalidDataException($"The {where} is '{merge}'; two tokens with one blank between are expected.");
    }
}
