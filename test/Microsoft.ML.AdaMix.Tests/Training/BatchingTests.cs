using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Tokenization;
using Microsoft.ML.AdaMix.Training;

namespace Microsoft.ML.AdaMix.Tests.Training;

[TestClass]
public sealed class BatchingTests
{
    private static readonly TokenTable Ids = TokenTables.Create(
        [.. Enumerable.Range(0, 1003).Select(row => new TokenIds(new int[3 + (row * 7 % 60)], 3))]);

    [TestMethod]
    public void An_epoch_holds_every_row_once_in_batches_of_the_asked_size()
    {
        int[][] batches = Batching.Shuffle(Ids, 16, new RandomSource(1));
        CollectionAssert.AreEqual(Enumerable.Range(0, Ids.Count).ToArray(), batches.SelectMany(batch => batch).Order().ToArray());
        Assert.HasCount(StepCount.OfEpoch(Ids.Count, 16), batches);
        Assert.AreEqual(1, batches.Count(batch => batch.Length != 16));
    }

    [TestMethod]
    public void Epochs_differ_and_a_seed_repeats_them()
    {
        RandomSource random = new(1);
        int[] first = [.. Batching.Shuffle(Ids, 16, random).SelectMany(batch => batch)];
        CollectionAssert.AreNotEqual(first, Batching.Shuffle(Ids, 16, random).SelectMany(batch => batch).ToArray());
        CollectionAssert.AreEqual(first, Batching.Shuffle(Ids, 16, new RandomSource(1)).SelectMany(batch => batch).ToArray());
    }

    [TestMethod]
    public void Batches_waste_little_padding()
    {
        int[][] batches = Batching.Shuffle(Ids, 16, new RandomSource(1));
        double padded = batches.Sum(batch => batch.Length * batch.Max(Ids.Length));
        Assert.IsLessThan(1.2, padded / Ids.Tokens);
    }

    [TestMethod]
    public void A_held_out_fraction_takes_of_each_class_alike_and_never_its_last_row()
    {
        int[] labels = [.. Enumerable.Repeat(0, 100), .. Enumerable.Repeat(1, 20), 2];
        (int[] training, int[] heldOut) = StratifiedSplit.Split(labels, 0.1, new RandomSource(1));
        CollectionAssert.AreEqual(
            new[] { 10, 2, 0 }, new[] { 0, 1, 2 }.Select(label => heldOut.Count(row => labels[row] == label)).ToArray());
        CollectionAssert.AreEqual(Enumerable.Range(0, labels.Length).ToArray(), training.Concat(heldOut).Order().ToArray());
    }
}
