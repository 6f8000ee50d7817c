using System.Text.Json;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Runtime.Tests.Tokenization;

[TestClass]
public sealed class TokenizerParityTests
{
    private static readonly string[] PlainFiles = ["vocab.json", "merges.txt", "vocab.txt", "tokenizer_config.json"];

    // Every file of lines, with both kinds of the tokenizer's files and both readings of special tokens.
    private static IEnumerable<object[]> Cases =>
        from file in Golden.Files("tokenizers", "*.jsonl").DefaultIfEmpty(Golden.Missing)
        from plainFiles in (bool[])[true, false]
        from specialTokensInText in (bool[])[true, false]
        select (object[])[file, plainFiles, specialTokensInText];

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Every_reference_line_gives_the_same_ids_and_types(string file, bool plainFiles, bool specialTokensInText)
    {
        string lines = Reference.Golden("tokenizers", file);
        string folder = Folder(file);
        EncoderFamily family = File.Exists(Path.Combine(folder, "vocab.txt")) ? EncoderFamily.Bert : EncoderFamily.Roberta;
        ITextTokenizer tokenizer = TextTokenizer.Create(Load(folder, plainFiles), family, specialTokensInText);
        List<string> differences = [];
        int count = 0;
        foreach (string line in File.ReadLines(lines))
        {
            count++;
            using JsonDocument document = JsonDocument.Parse(line);
            JsonElement expected = document.RootElement;
            string? pair = expected.TryGetProperty("pair", out JsonElement second) && second.ValueKind == JsonValueKind.String
                ? second.GetString()
                : null;
            int maxLength = expected.TryGetProperty("max_length", out JsonElement limit) && limit.ValueKind == JsonValueKind.Number
                ? limit.GetInt32()
                : int.MaxValue;
            bool asText = !specialTokensInText && expected.TryGetProperty("ids_specials_as_text", out _);
            int[] ids = Integers(expected.GetProperty(asText ? "ids_specials_as_text" : "ids"));
            TokenIds actual = tokenizer.Encode(expected.GetProperty("text").GetString()!, pair, maxLength);
            int[] types = [.. Enumerable.Range(0, actual.Length).Select(index => index >= actual.SecondStart ? 1 : 0)];
            if (!ids.AsSpan().SequenceEqual(actual.Ids)
                || (!asText && !Integers(expected.GetProperty("type_ids")).AsSpan().SequenceEqual(types)))
            {
                differences.Add($"line {count}: {line}\n   found {string.Join(", ", actual.Ids)}");
            }
        }

        Assert.IsEmpty(differences, $"{differences.Count} of {count} lines differ:\n{string.Join('\n', differences.Take(5))}");
        Assert.IsGreaterThan(0, count, $"lines in '{lines}'");
    }

    private static string Folder(string file) => file switch
    {
        "roberta-mini.jsonl" => Reference.Model("roberta-mini"),
        "bert-wordpiece.jsonl" => Reference.Model("minilm-l6"),
        _ => Reference.Golden("tokenizers", Path.GetFileNameWithoutExtension(file)),
    };

    private static TokenizerFiles Load(string folder, bool plainFiles)
    {
        string[] names = plainFiles ? PlainFiles : ["tokenizer.json"];
        return new TokenizerFiles(folder, names.Where(name => File.Exists(Path.Combine(folder, name)))
            .ToDictionary(name => name, name => File.ReadAllBytes(Path.Combine(folder, name)), StringComparer.Ordinal));
    }

    private static int[] Integers(JsonElement array) => [.. array.EnumerateArray().Select(value => value.GetInt32())];
}
