using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Training.Contrastive;

namespace Microsoft.ML.AdaMix.Tests.Training.Contrastive;

[TestClass]
public sealed class SentencePairsTests
{
    private static readonly int[] Classes = [2, 0, 1, 0, 1, 1, 0];

    [TestMethod]
    public void Every_row_begins_as_many_pairs_of_its_class_as_of_others()
    {
        SentencePair[] pairs = Draw(4);
        foreach (SentencePair pair in pairs)
        {
            Assert.AreEqual(pair.AreAlike, Classes[pair.First] == Classes[pair.Second]);
            Assert.AreNotEqual(pair.First, pair.Second);
        }

        for (int row = 0; row < Classes.Length; row++)
        {
            Assert.AreEqual(row == 0 ? 0 : 4, pairs.Count(pair => pair.First == row && pair.AreAlike), "alone in its class: none");
            Assert.AreEqual(4, pairs.Count(pair => pair.First == row && !pair.AreAlike));
        }

        Assert.HasCount(Classes.Length, pairs.Select(pair => pair.Second).Distinct());
    }

    [TestMethod]
    public void There_are_no_more_pairs_than_are_asked_for() =>
        Assert.HasCount(11, Draw(20, most: 11));

    [TestMethod]
    public void A_seed_draws_the_same_pairs_again()
    {
        CollectionAssert.AreEqual(Draw(20), Draw(20));
        CollectionAssert.AreNotEqual(Draw(20), Draw(20, seed: 2));
    }

    private static SentencePair[] Draw(int rounds, int most = int.MaxValue, ulong seed = 1) =>
        SentencePairs.Draw(Classes, rounds, most, new RandomSource(seed));
}
