using System.Text;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tokenization;
using Microsoft.ML.AdaMix.Tokenization.Normalizers;

namespace Microsoft.ML.AdaMix.Runtime.Tests.Tokenization;

/// <summary>Of a text that is cut no more is read than what can matter, and the ids are those of the whole text, cut.</summary>
[TestClass]
public sealed class LongTextTests
{
    private const int TenMegabytes = 10_000_000;
    private static readonly string[] Letters = ["a", "b", "c", "é"];
    private static readonly string[] RunPieces =
        ["a", "é", "İ", "😀", "中", " ", "\u2002", "\0", "\u0301", "\u037e", "\u1fef", "a\u0301", "\u0344", "한", "e\u00ad", "ß", "!"];
    private static readonly ISubwordModel Bpe = Model(TinyTokenizers.RobertaMini(), EncoderFamily.Roberta);

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Cut_texts_and_pairs_have_the_ids_of_the_whole_ones_in_byte_level_BPE(bool specialTokensInText) => AssertSameAsWhole(
        TextTokenizer.Create(TinyTokenizers.RobertaMini(), EncoderFamily.Roberta, specialTokensInText), EncoderFamily.Roberta, 1, 20);

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Cut_texts_and_pairs_have_the_ids_of_the_whole_ones_with_a_blank_put_before_them(bool specialTokensInText) =>
        AssertSameAsWhole(
            TextTokenizer.Create(
                TinyTokenizers.Roberta("""{"add_prefix_space": true}""", "a a", "aa a", "aa aa", "a b", "b a", "Ġ a", "Ġ Ġ", "Ã Ĥ"),
                EncoderFamily.Roberta, specialTokensInText),
            EncoderFamily.Roberta, 2, 30);

    [TestMethod]
    [DataRow("{}", false)]
    [DataRow("{}", true)]
    [DataRow("""{"do_lower_case": false, "tokenize_chinese_chars": false}""", false)]
    public void Cut_texts_and_pairs_have_the_ids_of_the_whole_ones_in_WordPiece(string config, bool specialTokensInText) =>
        AssertSameAsWhole(
            TextTokenizer.Create(
                TinyTokenizers.Bert(
                    config, "a", "##a", "b", "##b", "ab", "##ab", "e", "the", "house", "##ing", "中", "!", "-", "😀", "##😀", "ha"),
                EncoderFamily.Bert, specialTokensInText),
            EncoderFamily.Bert, 3, 30);

    [TestMethod]
    public void Cut_texts_have_the_ids_of_the_whole_ones_in_the_shared_WordPiece_and_BPE_vocabularies()
    {
        foreach (string folder in (string[])[
            Reference.Model("minilm-l6"),
            .. Golden.Folders("tokenizers").DefaultIfEmpty(Golden.Missing).Select(name => Reference.Golden(name))])
        {
            EncoderFamily family = File.Exists(Path.Combine(folder, "vocab.txt")) ? EncoderFamily.Bert : EncoderFamily.Roberta;
            TokenizerFiles files = new(folder, TokenizerFiles.Names.Where(name => File.Exists(Path.Combine(folder, name)))
                .ToDictionary(name => name, name => File.ReadAllBytes(Path.Combine(folder, name)), StringComparer.Ordinal));
            AssertSameAsWhole(TextTokenizer.Create(files, family, specialTokensInText: true), family, 4, 8);
        }
    }

    // Merges in any order, also such as no training of a vocabulary gives: a token that is used before it is made, made in two ways, or
    // twice.
    [TestMethod]
    public void Cut_words_have_the_tokens_of_the_whole_ones_whatever_the_merges()
    {
        Random random = new(5);
        for (int round = 0; round < 150; round++)
        {
            List<string> tokens = [.. Letters[..random.Next(1, 4)]];
            List<string> merges = [];
            for (int merge = random.Next(1, 14); merge > 0; merge--)
            {
                (string left, string right) = (tokens[random.Next(tokens.Count)], tokens[random.Next(tokens.Count)]);
                if (left.Length + right.Length <= 12)
                {
                    merges.Insert(random.Next(4) == 0 ? random.Next(merges.Count + 1) : merges.Count, $"{left} {right}");
                    tokens.Add(left + right);
                }
            }

            ITextTokenizer tokenizer = TextTokenizer.Create(
                TinyTokenizers.Roberta("{}", [.. merges]), EncoderFamily.Roberta, specialTokensInText: false);
            StringBuilder text = new();
            string period = string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => Letters[random.Next(3)]));
            text.Insert(0, period, round % 2 == 0 ? 900 / period.Length : 0);
            NastyTexts.AppendLetters(text, random, 3, round % 2 == 0 ? 3 : 900);
            AssertSame(tokenizer, EncoderFamily.Roberta, text.ToString(), null, random.Next(3, 24));
        }
    }

    [TestMethod]
    public void The_longer_one_of_two_long_texts_gets_the_odd_token()
    {
        ITextTokenizer bert = TextTokenizer.Create(TinyTokenizers.Bert("{}", "a", "b"), EncoderFamily.Bert, specialTokensInText: false);
        string Words(int count) => string.Concat(Enumerable.Repeat("a ", count));
        foreach ((int first, int second) in new[] { (5000, 5001), (5001, 5000), (5000, 5000), (300, 9000), (9000, 300), (300, 301) })
        {
            AssertSame(bert, EncoderFamily.Bert, Words(first), Words(second), 128);
            AssertSame(bert, EncoderFamily.Bert, Words(first), Words(second), 127);
        }
    }

    [TestMethod]
    [DataRow("the quick brown fox ")]
    [DataRow("a")]
    [DataRow("=")]
    [DataRow("ha")]
    [DataRow("中")]
    [DataRow("😀")]
    [DataRow("a\u0301")]
    [DataRow("ÃÂ")]
    [DataRow(" x")]
    public void Of_ten_megabytes_only_the_beginning_is_read_by_BPE(string piece)
    {
        ReadCounter counter = new(Bpe);
        string text = string.Concat(Enumerable.Repeat(piece, TenMegabytes / piece.Length));
        Assert.IsGreaterThan(126, TextBeginning.Read(counter, text, 126).Count);
        Assert.IsLessThan(30_000, counter.Characters);
    }

    [TestMethod]
    [DataRow("the quick brown fox ")]
    [DataRow("中")]
    [DataRow("!")]
    [DataRow("a\u0301 ")]
    public void Of_ten_megabytes_only_the_beginning_is_read_by_WordPiece(string piece)
    {
        ReadCounter counter = new(Model(TinyTokenizers.Bert("{}", "a", "!", "the", "quick", "fox", "中"), EncoderFamily.Bert));
        string text = string.Concat(Enumerable.Repeat(piece, TenMegabytes / piece.Length));
        Assert.IsGreaterThan(126, TextBeginning.Read(counter, text, 126).Count);
        Assert.IsLessThan(30_000, counter.Characters);
    }

    // Word by word nothing is left out: no word alone is a long text.
    [TestMethod]
    [DataRow("{}")]
    [DataRow("""{"do_lower_case": false, "tokenize_chinese_chars": false}""")]
    [DataRow("""{"do_lower_case": true, "strip_accents": false}""")]
    public void What_WordPiece_leaves_out_of_long_runs_changes_no_id(string config)
    {
        string[] pieces = ["a", "##a", "b", "##b", "ab", "the", "中", "!", "-", "`", ";", "😀", "##😀", "ha"];
        TokenizerFiles files = TinyTokenizers.Bert(config, pieces);
        ISubwordModel model = Model(files, EncoderFamily.Bert);
        BertNormalizer normalizer = Normalizer(files);
        Random random = new(6);
        for (int round = 0; round < 60; round++)
        {
            StringBuilder text = new(NastyTexts.Make(random, 1500));
            string piece = RunPieces[round % RunPieces.Length];
            foreach (int count in (int[])[1, 50, 99, 100, 101, 102, 2000])
            {
                text.Insert(random.Next(2) == 0 ? text.Length : 0, piece, count);
                text.Append(random.Next(2) == 0 ? " " : "-");
            }

            string wellFormed = WellFormed.Text(text.ToString());
            string normalized = normalizer.Normalize(wellFormed);
            List<int> expected = [];
            foreach ((int offset, int length) in BertPreTokenizer.Split(normalized))
            {
                string word = normalized.Substring(offset, length);
                model.Append(word.EnumerateRunes().Count() > 100 ? new string('b', 101) : word, goesOn: false, expected);
            }

            List<int> found = [];
            model.Append(wellFormed, goesOn: false, found);
            CollectionAssert.AreEqual(expected, found, wellFormed);
        }
    }

    [TestMethod]
    [DataRow("a", 101)]
    [DataRow("😀", 202)]
    [DataRow("é", 101)]
    [DataRow("a\u200b", 101)]
    [DataRow(" ", 1)]
    [DataRow(" \n\t\0", 1)]
    [DataRow("\u0301", 0)]
    public void Of_a_long_text_without_a_second_word_little_is_normalized(string piece, int left)
    {
        LongRuns runs = new(Normalizer(TinyTokenizers.Bert("{}", "a")), 100);
        Assert.HasCount(left, runs.Shorten(string.Concat(Enumerable.Repeat(piece, 100_000))).ToCharArray());
    }

    [TestMethod]
    public void What_is_cut_is_counted_and_of_a_much_longer_text_expected_from_its_beginning()
    {
        ITextTokenizer bert = TextTokenizer.Create(TinyTokenizers.Bert("{}", "a", "b"), EncoderFamily.Bert, specialTokensInText: false);
        string Words(int count) => string.Concat(Enumerable.Repeat("a ", count));
        Assert.AreEqual(0, bert.Encode(Words(126), null, 128).Cut);
        Assert.AreEqual(1, bert.Encode(Words(127), null, 128).Cut);
        Assert.AreEqual(275, bert.Encode(Words(200), Words(200), 128).Cut);
        Assert.AreEqual(1_000_000 - 126, bert.Encode(Words(1_000_000), null, 128).Cut, 5_000);
    }

    private static void AssertSameAsWhole(ITextTokenizer tokenizer, EncoderFamily family, int seed, int rounds)
    {
        Random random = new(seed);
        for (int round = 0; round < rounds; round++)
        {
            string text = NastyTexts.Make(random, random.Next(1, 3000));
            string pair = NastyTexts.Make(random, random.Next(1, 3000));
            AssertSame(tokenizer, family, text, null, random.Next(3, 40));
            AssertSame(tokenizer, family, text, null, 128);
            AssertSame(tokenizer, family, text, pair, random.Next(6, 60));
        }
    }

    private static void AssertSame(ITextTokenizer tokenizer, EncoderFamily family, string text, string? pair, int maxLength)
    {
        int[] first = tokenizer.Inner(text); // with no limit a text is read whole
        TokenIds found = tokenizer.Encode(text, pair, maxLength);
        (int cls, int sep) = (found.Ids[0], found.Ids[^1]);
        int[] expected;
        int all = first.Length + 2;
        if (pair is null)
        {
            expected = [cls, .. first.Take(maxLength - 2), sep];
        }
        else
        {
            int[] between = family == EncoderFamily.Roberta ? [sep, sep] : [sep];
            int[] second = tokenizer.Inner(pair);
            all += second.Length + between.Length;
            (int a, int b) = FramedTokenizer.LongestFirst(first.Length, second.Length, maxLength - between.Length - 2);
            expected = [cls, .. first[..a], .. between, .. second[..b], sep];
        }

        CollectionAssert.AreEqual(expected, found.Ids, $"{maxLength} tokens of '{text}' and '{pair}'");
        Assert.AreEqual(all > maxLength, found.Cut > 0, $"{all} tokens, {maxLength} at most, {found.Cut} cut");
    }

    private static ISubwordModel Model(TokenizerFiles files, EncoderFamily family) =>
        TextTokenizer.CreateFramed(files, family, specialTokensInText: false).Words;

    private static BertNormalizer Normalizer(TokenizerFiles files) =>
        (BertNormalizer)TokenizerReader.Read(files, EncoderFamily.Bert).Normalizer!;

    private sealed class ReadCounter(ISubwordModel model) : ISubwordModel
    {
        public long Characters { get; private set; }

        public void Append(string text, bool goesOn, List<int> ids)
        {
            Characters += text.Length;
            model.Append(text, goesOn, ids);
        }
    }
}
