using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Parameters;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Tests.Networks;

[TestClass]
public sealed class DropoutTests
{
    [TestMethod]
    [DataRow(0.1)]
    [DataRow(0.5)]
    [DataRow(0.9)]
    public void A_mask_drops_the_given_share_and_scales_the_rest(double probability)
    {
        float[] mask = new float[100_003]; // not a multiple of any vector
        new DropoutMask(new RandomSource(1)).Fill(mask, probability);
        float scale = (float)(1 / (1 - probability));
        Assert.IsTrue(mask.All(value => value == 0 || value == scale));
        double deviation = Math.Sqrt(probability * (1 - probability) / mask.Length);
        Assert.AreEqual(probability, mask.Count(value => value == 0) / (double)mask.Length, 5 * deviation);
        Assert.AreEqual(1, mask.Average(), 5 * deviation * scale);
    }

    [TestMethod]
    public void Neighbours_and_the_same_place_of_the_next_mask_are_independent()
    {
        const int Length = 1 << 16;
        DropoutMask source = new(new RandomSource(2));
        float[] first = new float[Length];
        float[] second = new float[Length];
        source.Fill(first, 0.5);
        source.Fill(second, 0.5);
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
        Assert.AreEqual(0.5, Agreement(first, second), tolerance);
        foreach (int distance in (int[])[1, 4, 8, 16, 32])
        {
            Assert.AreEqual(0.5, Agreement(first, first.AsSpan(distance)), tolerance, $"distance {distance}");
        }
    }

    [TestMethod]
    public void A_seed_gives_the_same_masks_and_another_seed_others()
    {
        float[] Masks(ulong seed)
        {
            float[] mask = new float[1000];
            new DropoutMask(new RandomSource(seed)).Fill(mask, 0.3);
            return mask;
        }

        CollectionAssert.AreEqual(Masks(5), Masks(5));
        CollectionAssert.AreNotEqual(Masks(5), Masks(6));
    }

    [TestMethod]
    public void Gradients_pass_where_values_pass()
    {
        using DisposeScope scope = NewDisposeScope();
        using Dropout dropout = new(new RandomSource(1), CPU);
        Tensor x = ones(64, requires_grad: true);
        Tensor y = dropout.Apply(x, 0.5);
        y.sum().backward();
        CollectionAssert.AreEqual(y.ToArray(), x.grad!.ToArray());
        Assert.AreSame(x, dropout.Apply(x, 0));
    }
}
