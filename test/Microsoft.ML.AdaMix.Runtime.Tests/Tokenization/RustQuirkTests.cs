using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Runtime.Tests.Tokenization;

/// <summary>What the Rust library (tokenizers 0.22.2) makes of combinations that no published tokenizer has; ids are its own.</summary>
[TestClass]
public sealed class RustQuirkTests
{
    private const string First = """{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "split": true}""";
    private const string Digits = """
        {"type": "Sequence", "pretokenizers": [{"type": "Digits", "individual_digits": true},
         {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "split": true}]}
        """;

    private static readonly string[] Marked =
        ["[UNK]", "▁", "▁1", "1", "▁⁄", "⁄", "▁2", "2", "3", "▁3", "a", "▁a", "\"", "▁\"", "xya", "▁xya", "x", "y", "▁x"];

    [TestMethod]
    [DataRow("lr", "\n", "", "", "\r\n\r\n x", "3 1")]
    [DataRow("r", "é", "", "  ", "xé  y", "1 6 7 5")]
    [DataRow("r", "é", "l", "  ", "xé  y", "1 6 5")]
    [DataRow("r", "é", "lr", "  ", "xé    y", "1 6 5")]
    [DataRow("r", "é", "", "  ", "xé   y", "1 6 7 2 5")]
    [DataRow("r", "é", "r", "  ", "xé     y", "1 6 7 7 5")]
    [DataRow("r", "é", "l", " y", "xé   y", "1 6 7")]
    public void An_added_token_in_blanks_that_another_has_taken_is_none(
        string flags, string token, string otherFlags, string other, string text, string ids)
    {
        JsonArray added = [Added(token, flags)];
        if (other.Length > 0)
        {
            added.Add(Added(other, otherFlags));
        }

        JsonObject split = new()
        {
            ["type"] = "Split", ["pattern"] = new JsonObject { ["Regex"] = "(?m:.)" }, ["behavior"] = "Isolated", ["invert"] = false,
        };
        Assert.AreEqual(ids, Ids(["[UNK]", "x", " ", "\n", "\r", "y", "é"], added, null, split, text));
    }

    [TestMethod]
    [DataRow("""{"type": "Replace", "pattern": {"String": "''"}, "content": "\""}""", First, "'' a", "12 11")]
    [DataRow("""{"type": "Replace", "pattern": {"Regex": "\\s+"}, "content": "xy"}""", First, "  a", "14")]
    [DataRow("""{"type": "Replace", "pattern": {"Regex": "\\s+"}, "content": "xy"}""", First, " a", "15")]
    [DataRow("""{"type": "NFKC"}""", Digits, "½ ⅓", "2 4 6 1 3 5 8")]
    [DataRow("null", Digits, "1 3", "2 1 8")]
    [DataRow("""{"type": "Strip", "strip_left": true, "strip_right": true}""", First, " a", "10")]
    [DataRow("""{"type": "NFKC"}""", First, "a", "11")]
    public void Metaspace_marks_as_first_what_comes_from_the_first_character(
        string normalizer, string preTokenizer, string text, string ids) =>
        Assert.AreEqual(ids, Ids(Marked, [], JsonNode.Parse(normalizer), JsonNode.Parse(preTokenizer), text));

    private static JsonObject Added(string content, string flags) => new()
    {
        ["id"] = 100, ["content"] = content, ["lstrip"] = flags.Contains('l', StringComparison.Ordinal),
        ["rstrip"] = flags.Contains('r', StringComparison.Ordinal), ["normalized"] = false, ["special"] = false,
    };

    private static string Ids(string[] words, JsonArray added, JsonNode? normalizer, JsonNode? preTokenizer, string text)
    {
        Dictionary<string, int> ids = words.Select((word, id) => (word, id)).ToDictionary(one => one.word, one => one.id);
        string json = new JsonObject
        {
            ["added_tokens"] = added, ["normalizer"] = normalizer, ["pre_tokenizer"] = preTokenizer, ["post_processor"] = null,
            ["model"] = new JsonObject
            {
                ["type"] = "WordLevel", ["unk_token"] = "[UNK]", ["vocab"] = JsonSerializer.SerializeToNode(ids),
            },
        }.ToJsonString();
        return string.Join(' ', TextTokenizer.Create(
            TinyTokenizers.Files(("tokenizer.json", json)), EncoderFamily.Bert, specialTokensInText: true).Encode(text, null, 100).Ids);
    }
}
