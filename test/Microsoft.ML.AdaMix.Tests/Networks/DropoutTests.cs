using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Parameters;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Tests.Networks;

[TestClass]
public sealed class DropoutTests
{
    private static readonly DropoutKey Key = DropoutKey.From(0x0123456789ABCDEF);

    [TestMethod]
    [DataRow(0.1)]
    [DataRow(0.5)]
    [DataRow(0.9)]
    public void A_mask_drops_the_given_share_and_scales_the_rest(double probability)
    {
        float[] mask = Mask(Key, 100_003, probability); // not a multiple of any vector
        float scale = (float)(1 / (1 - probability));
        Assert.IsTrue(mask.All(value => value == 0 || value == scale));
        double deviation = Math.Sqrt(probability * (1 - probability) / mask.Length);
        Assert.AreEqual(probability, mask.Count(value => value == 0) / (double)mask.Length, 5 * deviation);
        Assert.AreEqual(1, mask.Average(), 5 * deviation * scale);
    }

    [TestMethod]
    public void A_mask_is_what_each_word_says_of_its_two_values()
    {
        float[] mask = Mask(Key, 101, 0.3, counter: 77);
        for (int i = 0; i < mask.Length; i++)
        {
            uint word = DropoutWords.Word(Key, 77 + (uint)(i / 2));
            short half = unchecked((short)(i % 2 == 0 ? word : word >> 16));
            Assert.AreEqual(half < Math.Round(0.7 * 65536) - 32768 ? (float)(1 / 0.7) : 0, mask[i]);
        }
    }

    [TestMethod]
    public void Neighbours_the_next_mask_and_the_masks_of_other_rows_are_independent()
    {
        const int Length = 1 << 16;
        RandomSource seeds = new(2);
        float[] first = Mask(Key, Length, 0.5);
        float[] next = Mask(Key, Length, 0.5, counter: Length / 2);
        double Agreement(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
        {
            int alike = 0;
            for (int i = 0; i < b.Length; i++)
            {
                alike += a[i] == b[i] ? 1 : 0;
            }

            return alike / (double)b.Length;
        }

        double tolerance = 5 * 0.5 / Math.Sqrt(Length);
        Assert.AreEqual(0.5, Agreement(first, next), tolerance);
        foreach (int distance in (int[])[1, 2, 3, 4, 8, 16, 32, 384, 768])
        {
            Assert.AreEqual(0.5, Agreement(first, first.AsSpan(distance)), tolerance, $"distance {distance}");
        }

        // Keys that differ in one half by little, and any.
        DropoutKey[] others =
        [
            Key with { First = Key.First + 1 }, Key with { First = Key.First ^ 0x8000_0000 },
            .. Enumerable.Range(0, 20).Select(_ => DropoutKey.From(seeds.NextUInt64())),
        ];
        foreach (DropoutKey other in others)
        {
            float[] mask = Mask(other, Length, 0.5);
            Assert.AreEqual(0.5, Agreement(first, mask), tolerance, $"{other}");
            Assert.AreEqual(0.5, Agreement(first, mask.AsSpan(1)), tolerance, $"{other}, a place further");
        }
    }

    [TestMethod]
    public void Any_number_of_dropped_values_among_sixteen_is_as_likely_as_it_should_be()
    {
        const int Groups = 20_000;
        float[] mask = Mask(Key, 16 * Groups, 0.5);
        int[] counts = new int[17];
        for (int group = 0; group < Groups; group++)
        {
            counts[mask.AsSpan(16 * group, 16).Count(0f)]++;
        }

        double probability = Math.Pow(0.5, 16);
        for (int dropped = 0; dropped <= 16; dropped++)
        {
            double expected = Groups * probability;
            Assert.AreEqual(expected, counts[dropped], (5 * Math.Sqrt(expected)) + 1, $"{dropped} of 16");
            probability = probability * (16 - dropped) / (dropped + 1);
        }
    }

    [TestMethod]
    [DataRow(0L)]
    [DataRow(40L)]
    [DataRow(1000L)]
    public void Masks_by_tensor_operations_are_the_same_however_long_the_stretches_in_which_they_are_drawn(long expectedWords)
    {
        using DisposeScope scope = NewDisposeScope();
        RandomSource seeds = new(3);
        DropoutKey[] keys = [.. Enumerable.Range(0, 5).Select(_ => DropoutKey.From(seeds.NextUInt64()))];
        using DeviceMasks masks = new(keys, CPU, expectedWords);
        uint counter = uint.MaxValue - 20; // it may go round
        foreach ((int size, double probability) in new[] { (7, 0.1), (64, 0.1), (33, 0.5), (128, 0.9) })
        {
            uint start = unchecked(counter + 40);
            Tensor mask = masks.Get([5, size, 1], size, start, probability, ScalarType.Float32);
            for (int row = 0; row < keys.Length; row++)
            {
                CollectionAssert.AreEqual(Mask(keys[row], size, probability, start), mask[row].ToArray(), $"row {row}, {size} values");
            }

            counter = start + DropoutWords.Count(size);
        }
    }

    [TestMethod]
    public void A_position_that_is_put_back_repeats_the_masks_since()
    {
        using DisposeScope scope = NewDisposeScope();
        using Dropout dropout = new([Key, DropoutKey.From(9)], CPU);
        Tensor x = ones(2, 33);
        dropout.Apply(x, 0.5);
        uint position = dropout.Position;
        float[] drawn = dropout.Apply(x, 0.5).ToArray();
        dropout.Apply(x, 0.5);
        dropout.Position = position;
        CollectionAssert.AreEqual(drawn, dropout.Apply(x, 0.5).ToArray());
    }

    [TestMethod]
    public void Gradients_pass_where_values_pass()
    {
        using DisposeScope scope = NewDisposeScope();
        using Dropout dropout = new([Key], CPU);
        Tensor x = ones([1, 64], requires_grad: true);
        Tensor y = dropout.Apply(x, 0.5);
        y.sum().backward();
        CollectionAssert.AreEqual(y.ToArray(), x.grad!.ToArray());
        Assert.AreSame(x, dropout.Apply(x, 0));
    }

    private static float[] Mask(DropoutKey key, int length, double probability, uint counter = 0)
    {
        float[] mask = new float[length];
        DropoutWords.Fill(mask, key, counter, probability);
        return mask;
    }
}
