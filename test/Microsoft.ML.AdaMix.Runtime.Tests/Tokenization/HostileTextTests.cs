using System.Text;
using System.Text.Json;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Runtime.Tests.Tokenization;

[TestClass]
public sealed class HostileTextTests
{
    private const int Megabyte = 1 << 20;

    private static TokenizerFiles MiniFiles { get; } = TinyTokenizers.RobertaMini();

    private static ITextTokenizer Mini { get; } = TextTokenizer.Create(MiniFiles, EncoderFamily.Roberta, specialTokensInText: false);

    private static ITextTokenizer Bert { get; } = TextTokenizer.Create(
        TinyTokenizers.Bert("{}", "a", "##a", "b", "##b", "é", "中", "!", "😀", "##😀"), EncoderFamily.Bert, specialTokensInText: false);

    [TestMethod]
    public void A_lone_surrogate_reads_as_the_replacement_character()
    {
        // Not data rows: an attribute's strings are stored as UTF-8.
        foreach (string text in (string[])["\ud800", "\udc00", "a\ud83d", "\ude00\ud83d", "a \ud800\ud83d\ude00 \udc00b"])
        {
            string repaired = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
            Assert.AreNotEqual(text, repaired);
            CollectionAssert.AreEqual(Mini.Inner(repaired), Mini.Inner(text));
            CollectionAssert.AreEqual(Bert.Inner(repaired), Bert.Inner(text));
            CollectionAssert.AreEqual(Mini.Encode("a", repaired, 20).Ids, Mini.Encode("a", text, 20).Ids);
        }
    }

    [TestMethod]
    [DataRow("")]
    [DataRow(" ")]
    [DataRow("\0\u0001\u200b")]
    public void A_text_without_anything_for_BERT_has_only_special_tokens(string text) =>
        CollectionAssert.AreEqual(new[] { 2, 3 }, Bert.Encode(text, null, 512).Ids);

    [TestMethod]
    public void Byte_level_tokens_spell_the_text_again()
    {
        Dictionary<int, string> tokens = TokenizerJson.Ids(
            JsonSerializer.Deserialize<JsonElement>(MiniFiles.Contents["vocab.json"]), "vocab.json")
            .ToDictionary(entry => entry.Value, entry => entry.Key);
        Dictionary<char, byte> bytes = TinyTokenizers.ByteCharacters.Select((character, value) => (character, value)).ToDictionary(
            entry => entry.character, entry => (byte)entry.value);
        Random random = new(20261);
        for (int round = 0; round < 500; round++)
        {
            string text = RandomText(random, random.Next(60));
            byte[] spelled = [.. Mini.Inner(text).SelectMany(id => tokens[id]).Select(character => bytes[character])];
            Assert.AreEqual(text, Encoding.UTF8.GetString(spelled));
        }
    }

    [TestMethod]
    public void A_byte_that_the_vocabulary_lacks_is_left_out()
    {
        TokenizerFiles files = TinyTokenizers.Files(
            ("vocab.json", """{"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3, "a": 4, "b": 5, "ab": 6}"""), ("merges.txt", "a b\n"));
        CollectionAssert.AreEqual(new[] { 6 }, TextTokenizer.Create(files, EncoderFamily.Roberta, specialTokensInText: false).Inner("axb"));
    }

    [TestMethod]
    [DataRow("a")]
    [DataRow("ab")]
    [DataRow("é")]
    [DataRow("中")]
    [DataRow("😀")]
    [DataRow("!")]
    [DataRow("'")]
    [DataRow("\n")]
    [DataRow(" ")]
    [DataRow("a\u0301")]
    [DataRow("<mask>")]
    public void A_megabyte_without_words_is_done(string part)
    {
        string text = string.Concat(Enumerable.Repeat(part, Megabyte / part.Length));
        ITextTokenizer mini = TextTokenizer.Create(MiniFiles, EncoderFamily.Roberta, specialTokensInText: part == "<mask>");
        Assert.HasCount(512, mini.Encode(text, null, 512).Ids);
        Assert.IsLessThanOrEqualTo(512, Bert.Encode(text, null, 512).Length);
    }

    [TestMethod]
    public void A_megabyte_of_random_letters_is_done_and_spelled_in_full()
    {
        Random random = new(20262);
        string text = string.Create(Megabyte, random, static (letters, source) =>
        {
            for (int i = 0; i < letters.Length; i++)
            {
                letters[i] = (char)('a' + source.Next(26));
            }
        });
        Dictionary<int, int> lengths = TokenizerJson.Ids(
            JsonSerializer.Deserialize<JsonElement>(MiniFiles.Contents["vocab.json"]), "vocab.json")
            .ToDictionary(entry => entry.Value, entry => entry.Key.Length);
        Assert.AreEqual(Megabyte, Mini.Inner(text).Sum(id => lengths[id]));
        CollectionAssert.AreEqual(new[] { 1 }, Bert.Inner(text));
    }

    [TestMethod]
    public void A_word_of_more_than_100_characters_is_unknown_to_WordPiece_and_characters_beyond_the_basic_plane_count_once()
    {
        Assert.HasCount(100, Bert.Inner(new string('a', 100)));
        CollectionAssert.AreEqual(new[] { 1 }, Bert.Inner(new string('a', 101)));
        Assert.HasCount(100, Bert.Inner(string.Concat(Enumerable.Repeat("😀", 100))));
        CollectionAssert.AreEqual(new[] { 1 }, Bert.Inner(string.Concat(Enumerable.Repeat("😀", 101))));
        CollectionAssert.AreEqual(new[] { 5, 11, 1, 11, 7, 1 }, Bert.Inner($"a!{new string('a', 300)}! b {new string('b', 101)}"));
    }

    [TestMethod]
    public void Many_threads_give_what_one_gives()
    {
        Random random = new(20263);
        string[] texts = [.. Enumerable.Range(0, 2000).Select(_ => RandomText(random, random.Next(80)))];
        foreach ((TokenizerFiles files, EncoderFamily family) in new[] {
            (MiniFiles, EncoderFamily.Roberta), (TinyTokenizers.Bert("{}", "a", "##a", "b", "##b", "."), EncoderFamily.Bert) })
        {
            ITextTokenizer alone = TextTokenizer.Create(files, family, specialTokensInText: true);
            ITextTokenizer shared = TextTokenizer.Create(files, family, specialTokensInText: true);
            int[][] found = new int[texts.Length][];
            Parallel.For(0, texts.Length, new ParallelOptions { MaxDegreeOfParallelism = 8 },
                i => found[i] = shared.Encode(texts[i], texts[^(i + 1)], 100).Ids);
            for (int i = 0; i < texts.Length; i++)
            {
                CollectionAssert.AreEqual(alone.Encode(texts[i], texts[^(i + 1)], 100).Ids, found[i], texts[i]);
            }
        }
    }

    // Words, blanks, punctuation and characters of every plane; never half of a surrogate pair.
    private static string RandomText(Random random, int length)
    {
        StringBuilder text = new();
        for (int i = 0; i < length; i++)
        {
            string piece = random.Next(8) switch
            {
                0 => " ",
                1 => "'s .,\n\t-"[random.Next(8)].ToString(),
                2 => new Rune(random.Next(0xE000, 0x110000)).ToString(),
                3 => new Rune(random.Next(0xD800)).ToString(),
                4 => "the ",
                _ => ((char)random.Next('a', 'z' + 1)).ToString(),
            };
            text.Append(piece);
        }

        return text.ToString();
    }
}
