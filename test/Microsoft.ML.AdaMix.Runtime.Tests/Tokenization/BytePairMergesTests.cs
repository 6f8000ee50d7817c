using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Runtime.Tests.Tokenization;

[TestClass]
public sealed class BytePairMergesTests
{
    [TestMethod]
    [DataRow("abab", "ab ab", "a b")]
    [DataRow("abc", "a bc", "b c", "a b")]
    [DataRow("abc", "ab c", "a b", "b c")]
    [DataRow("aaaa", "aaaa", "a a", "aa aa")]
    [DataRow("aaa", "aa a", "a a")]
    [DataRow("aaaaa", "aaaa a", "a a", "aa aa", "aa a")]
    [DataRow("abcd", "abcd", "c d", "a b", "ab cd")]
    [DataRow("a", "a", "a a")]
    [DataRow("", "", "a a")]
    public void Lower_ranks_merge_first_and_the_leftmost_of_equals(string text, string expected, params string[] merges) =>
        Assert.AreEqual(
            expected, TinyTokenizers.RobertaTokens(TinyTokenizers.Roberta("{}", merges), text, specialTokensInText: false, merges));

    [TestMethod]
    public void A_repeated_merge_has_the_rank_of_its_last_place() =>
        Assert.AreEqual("a bc",
            TinyTokenizers.RobertaTokens(
                TinyTokenizers.Roberta("{}", "a b", "b c", "a b"), "abc", specialTokensInText: false, "a b", "b c", "a b"));

    [TestMethod]
    public void Random_merges_of_random_words_equal_those_of_the_plain_algorithm()
    {
        Random random = new(20260);
        for (int round = 0; round < 200; round++)
        {
            List<string> tokens = ["a", "b", "c"];
            List<string> merges = [];
            while (merges.Count < 12)
            {
                (string left, string right) = (tokens[random.Next(tokens.Count)], tokens[random.Next(tokens.Count)]);
                if (left.Length + right.Length < 9 && !merges.Contains($"{left} {right}"))
                {
                    merges.Add($"{left} {right}");
                    tokens.Add(left + right);
                }
            }

            tokens = [.. tokens.Distinct()];
            Merge[] pairs = [.. merges.Select(merge => merge.Split(' ')).Select(pair => new Merge(pair[0], pair[1]))];
            BytePairMerges applied = new(
                new Vocabulary(
                    "random", tokens.Select((token, id) => (token, id)).ToDictionary(entry => entry.token, entry => entry.id), pairs),
                prefix: 0, new HashSet<string>());
            for (int word = 0; word < 20; word++)
            {
                int[] symbols = [.. Enumerable.Range(0, random.Next(40)).Select(_ => random.Next(3))];
                List<string> expected = Plain([.. symbols.Select(symbol => tokens[symbol])], merges);
                int count = applied.Apply(symbols);
                CollectionAssert.AreEqual(expected, symbols[..count].Select(symbol => tokens[symbol]).ToList());
            }
        }
    }

    // As the algorithm is defined: look for the lowest rank in the whole word, merge it at its leftmost place, begin again.
    private static List<string> Plain(List<string> symbols, List<string> merges)
    {
        while (true)
        {
            (int rank, int place) = Enumerable.Range(0, Math.Max(0, symbols.Count - 1))
                .Select(i => (merges.IndexOf($"{symbols[i]} {symbols[i + 1]}"), i))
                .Where(candidate => candidate.Item1 >= 0)
                .DefaultIfEmpty((-1, 0))
                .Min();
            if (rank < 0)
            {
                return symbols;
            }

            symbols[place] += symbols[place + 1];
            symbols.RemoveAt(place + 1);
        }
    }
}
