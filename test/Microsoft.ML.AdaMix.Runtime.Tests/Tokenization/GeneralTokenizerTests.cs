using System.Text.Json;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Runtime.Tests.Tokenization;

/// <summary>Tokenizers of all kinds against Hugging Face's Rust library: a folder a tokenizer, with its lines.</summary>
[TestClass]
public sealed class GeneralTokenizerTests
{
    private const string Set = "tokenizers-general";
    private const string Missing = "(reference material)";

    public static IEnumerable<string[]> Folders
    {
        get
        {
            string root = Path.Combine(Reference.GoldenRoot, Set);
            return Directory.Exists(root)
                ? Directory.GetDirectories(root).Select(folder => (string[])[Path.GetFileName(folder)]).Order(
                    Comparer<string[]>.Create((one, other) => string.CompareOrdinal(one[0], other[0])))
                : [[Missing]];
        }
    }

    [TestMethod]
    [DynamicData(nameof(Folders))]
    public void Every_line_gives_the_same_ids_and_types_with_special_tokens_as_such(string folder) => Compare(folder, true);

    // Of these the reference has no lines with special tokens as text.
    public static IEnumerable<string[]> FoldersWithPlainSpecials =>
        Folders.Where(folder => folder[0] is not ("bert-added-overlap" or "norm-added-tokens-normalized"));

    [TestMethod]
    [DynamicData(nameof(FoldersWithPlainSpecials))]
    public void Every_line_gives_the_same_ids_where_no_text_can_forge_special_tokens(string folder) => Compare(folder, false);

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void SentencePiece_model_alone_gives_what_it_is_converted_to(bool specialTokensInText) => Compare(
        "xlm-roberta", specialTokensInText, "lines-from-model.jsonl", name => name != "tokenizer.json");

    private static void Compare(
        string folder, bool specialTokensInText, string lines = "lines.jsonl", Func<string, bool>? isUsed = null)
    {
        string path = Reference.Golden(Set, folder == Missing ? string.Empty : folder);
        FramedTokenizer tokenizer = TextTokenizer.CreateFramed(
            Files(path, isUsed ?? (_ => true)), Family(path), specialTokensInText);
        List<string> differences = [];
        int count = 0;
        foreach (string line in File.ReadLines(Path.Combine(path, lines)))
        {
            count++;
            using JsonDocument document = JsonDocument.Parse(line);
            if (Difference(tokenizer, document.RootElement, specialTokensInText) is { } difference)
            {
                differences.Add($"line {count}: {line}\n   {difference}");
            }
        }

        Assert.IsEmpty(differences, $"{differences.Count} of {count} lines differ:\n{string.Join('\n', differences.Take(3))}");
        Assert.IsGreaterThan(20, count);
    }

    private static string? Difference(FramedTokenizer tokenizer, JsonElement line, bool specialTokensInText)
    {
        string? pair = line.TryGetProperty("pair", out JsonElement second) ? second.GetString() : null;
        int maxLength = line.TryGetProperty("max_length", out JsonElement limit) ? limit.GetInt32() : int.MaxValue;
        string name = specialTokensInText ? "ids"
            : ((string[])["ids_specials_never", "ids_specials_as_text", "ids"]).First(field => line.TryGetProperty(field, out _));
        (int[] ids, int[] types) = tokenizer.EncodeTyped(line.GetProperty("text").GetString()!, pair, maxLength);
        return !Integers(line.GetProperty(name)).SequenceEqual(ids) ? $"found {name} {string.Join(", ", ids)}"
            : name == "ids" && !Integers(line.GetProperty("type_ids")).SequenceEqual(types) ? $"found types {string.Join(", ", types)}"
            : null;
    }

    private static EncoderFamily Family(string folder)
    {
        string config = Path.Combine(folder, "config.json");
        return File.Exists(config) && !File.ReadAllText(config).Contains("roberta", StringComparison.Ordinal)
            ? EncoderFamily.Bert
            : EncoderFamily.Roberta;
    }

    private static TokenizerFiles Files(string folder, Func<string, bool> isUsed) => new(
        folder,
        TokenizerFiles.Names.Where(name => isUsed(name) && File.Exists(Path.Combine(folder, name)))
            .ToDictionary(name => name, name => File.ReadAllBytes(Path.Combine(folder, name)), StringComparer.Ordinal));

    private static int[] Integers(JsonElement array) => [.. array.EnumerateArray().Select(value => value.GetInt32())];
}
