using System.Text.Json;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Runtime.Tests.Tokenization;

[TestClass]
public sealed class TokenizerParityTests
{
    private static readonly string[] PlainFiles = ["vocab.json", "merges.txt", "vocab.txt", "tokenizer_config.json"];

    [TestMethod]
    [DataRow("roberta-mini.jsonl", true, false)]
    [DataRow("roberta-mini.jsonl", true, true)]
    [DataRow("roberta-mini.jsonl", false, false)]
    [DataRow("roberta-mini.jsonl", false, true)]
    [DataRow("roberta-large-vocab.jsonl", true, false)]
    [DataRow("roberta-large-vocab.jsonl", true, true)]
    [DataRow("roberta-large-vocab.jsonl", false, false)]
    [DataRow("roberta-large-vocab.jsonl", false, true)]
    [DataRow("bert-wordpiece.jsonl", true, false)]
    [DataRow("bert-wordpiece.jsonl", true, true)]
    [DataRow("bert-wordpiece.jsonl", false, false)]
    [DataRow("bert-wordpiece.jsonl", false, true)]
    public void Every_reference_line_gives_the_same_ids_and_types(string file, bool plainFiles, bool specialTokensInText)
    {
        string lines = Reference.Golden("tokenizers", file);
        EncoderFamily family = file.StartsWith("bert", StringComparison.Ordinal) ? EncoderFamily.Bert : EncoderFamily.Roberta;
        ITextTokenizer tokenizer = TextTokenizer.Create(Load(Folder(file), plainFiles), family, specialTokensInText);
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
        Assert.IsGreaterThan(100, count);
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
