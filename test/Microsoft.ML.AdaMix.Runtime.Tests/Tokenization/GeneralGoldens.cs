using System.Text.Json;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Runtime.Tests.Tokenization;

/// <summary>Tokenizers of all kinds with what Hugging Face's Rust library gives: a folder a tokenizer, with its lines.</summary>
internal static class GeneralGoldens
{
    private const string Set = "tokenizers-general";
    private const string AllLines = "lines.jsonl";

    public static IEnumerable<string[]> Folders => Names(_ => true);

    /// <summary>Those for which the reference says what special tokens are as text; where it does, some line differs.</summary>
    public static IEnumerable<string[]> FoldersWithPlainSpecials => Names(folder =>
        !Golden.Files(folder, AllLines).Any() || File.ReadLines(Reference.Golden(folder, AllLines)).Any(
            line => line.Contains("\"ids_specials_as_text\":", StringComparison.Ordinal)));

    /// <summary>Those with lines of another file.</summary>
    public static IEnumerable<string[]> FoldersWith(string lines) => Names(folder => Golden.Files(folder, lines).Any());

    /// <summary>The folder; the test is skipped where there is none with lines.</summary>
    public static string Path(string folder)
    {
        _ = Reference.Golden(Set, folder, AllLines);
        return Reference.Golden(Set, folder);
    }

    public static EncoderFamily Family(string path)
    {
        string config = System.IO.Path.Combine(path, "config.json");
        return File.Exists(config) && !File.ReadAllText(config).Contains("roberta", StringComparison.Ordinal)
            ? EncoderFamily.Bert
            : EncoderFamily.Roberta;
    }

    public static TokenizerFiles Files(string path, Func<string, bool>? isUsed = null) => new(
        path,
        TokenizerFiles.Names.Where(name => isUsed?.Invoke(name) != false && File.Exists(System.IO.Path.Combine(path, name)))
            .ToDictionary(name => name, name => File.ReadAllBytes(System.IO.Path.Combine(path, name)), StringComparer.Ordinal));

    /// <summary>The lines: text, pair and maximum length, and all else.</summary>
    public static IEnumerable<(string Text, string? Pair, int MaxLength, JsonElement Line)> Lines(string path, string name = AllLines)
    {
        foreach (string line in File.ReadLines(System.IO.Path.Combine(path, name)))
        {
            using JsonDocument document = JsonDocument.Parse(line);
            JsonElement json = document.RootElement.Clone();
            yield return (
                json.GetProperty("text").GetString()!,
                json.TryGetProperty("pair", out JsonElement second) ? second.GetString() : null,
                json.TryGetProperty("max_length", out JsonElement limit) ? limit.GetInt32() : int.MaxValue,
                json);
        }
    }

    /// <summary>Compares a tokenizer with all lines.</summary>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="path">The folder.</param>
    /// <param name="fields">Of the fields with ids the first that a line has is taken.</param>
    /// <param name="lines">The file.</param>
    public static void Compare(FramedTokenizer tokenizer, string path, string[] fields, string lines = AllLines)
    {
        List<string> differences = [];
        int count = 0;
        foreach ((string text, string? pair, int maxLength, JsonElement line) in Lines(path, lines))
        {
            count++;
            string name = fields.First(field => line.TryGetProperty(field, out _));
            (int[] ids, int[] types) = tokenizer.EncodeTyped(text, pair, maxLength);
            string? difference = !Integers(line.GetProperty(name)).SequenceEqual(ids) ? $"found {name} {string.Join(", ", ids)}"
                : name == "ids" && !Integers(line.GetProperty("type_ids")).SequenceEqual(types) ? $"found types {string.Join(", ", types)}"
                : null;
            if (difference is not null)
            {
                differences.Add($"line {count}: {line.GetRawText()}\n   {difference}");
            }
        }

        Assert.IsEmpty(differences, $"{differences.Count} of {count} lines differ:\n{string.Join('\n', differences.Take(3))}");
        Assert.IsGreaterThan(0, count, $"lines in '{path}'");
    }

    private static IEnumerable<string[]> Names(Func<string, bool> isMeant) => Golden.Folders(Set).Where(isMeant)
        .Select(folder => System.IO.Path.GetFileName(folder)).DefaultIfEmpty(Golden.Missing).Select(folder => (string[])[folder]);

    private static int[] Integers(JsonElement array) => [.. array.EnumerateArray().Select(value => value.GetInt32())];
}
