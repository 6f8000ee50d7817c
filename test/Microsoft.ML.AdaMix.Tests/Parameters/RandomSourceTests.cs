using Microsoft.ML.AdaMix.Parameters;

namespace Microsoft.ML.AdaMix.Tests.Parameters;

[TestClass]
public sealed class RandomSourceTests
{
    [TestMethod]
    public void Numbers_are_those_of_SplitMix64()
    {
        RandomSource random = new(1234567);
        ulong[] published = [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821];
        CollectionAssert.AreEqual(published, published.Select(_ => random.NextUInt64()).ToArray());
    }

    [TestMethod]
    public void A_source_with_the_state_of_another_goes_on_as_that_one_does()
    {
        RandomSource random = RandomSource.For(7, "masks");
        random.NextUInt64();
        RandomSource resumed = new(0) { State = random.State };
        Assert.AreEqual(random.NextUInt64(), resumed.NextUInt64());
        Assert.AreNotEqual(RandomSource.For(7, "masks").NextUInt64(), RandomSource.For(7, "order").NextUInt64());
        Assert.AreNotEqual(RandomSource.For(7, "masks").NextUInt64(), RandomSource.For(8, "masks").NextUInt64());
    }

    [TestMethod]
    public void Each_number_below_a_bound_is_drawn_about_equally_often()
    {
        RandomSource random = new(5);
        int[] counts = new int[6];
        for (int i = 0; i < 60_000; i++)
        {
            counts[random.Next(counts.Length)]++;
        }

        Assert.IsTrue(counts.All(count => count is > 9_600 and < 10_400), string.Join(", ", counts)); // 4 standard deviations are 365
    }

    [TestMethod]
    public void A_shuffle_keeps_every_item_once()
    {
        int[] items = [.. Enumerable.Range(0, 50)];
        new RandomSource(3).Shuffle<int>(items);
        CollectionAssert.AreNotEqual(Enumerable.Range(0, 50).ToArray(), items);
        CollectionAssert.AreEquivalent(Enumerable.Range(0, 50).ToArray(), items);
    }
}
