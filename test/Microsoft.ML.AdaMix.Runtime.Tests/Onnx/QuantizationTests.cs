using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Onnx;

[TestClass]
public class QuantizationTests
{
    private const int Outputs = 70; // more than are written together
    private const int Inputs = 48;

    private static readonly HostTensor Weight = TestModels.Random(new Random(1), Outputs, Inputs);

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Weights_with_a_scale_an_output_differ_by_at_most_half_a_step(bool isSigned)
    {
        QuantizedMatrix quantized = Quantization.PerOutput(Weight, isSigned);

        for (int output = 0; output < Outputs; output++)
        {
            float step = quantized.Scales.Values.Span[output];
            for (int input = 0; input < Inputs; input++)
            {
                byte found = quantized.Bytes.Bytes[(input * Outputs) + output];
                int steps = isSigned ? (sbyte)found : found - Quantization.UnsignedZero;
                Assert.AreEqual(Weight.Values.Span[(output * Inputs) + input], steps * step, (0.5f * step) + 1e-7f);
                Assert.AreNotEqual(-128, steps);
            }
        }
    }

    [TestMethod]
    public void Weights_of_zeros_become_zeros()
    {
        HostTensor zeros = HostTensor.From([2, Inputs], new float[2 * Inputs]);

        Assert.IsTrue(Array.TrueForAll(Quantization.PerOutput(zeros, isSigned: true).Bytes.Bytes, value => value == 0));
        Assert.IsTrue(
            Array.TrueForAll(Quantization.PerOutput(zeros, isSigned: false).Bytes.Bytes, value => value == Quantization.UnsignedZero));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Outliers_and_the_other_channels_together_are_the_product(bool isHidden)
    {
        Random random = new(2);
        float[] x = TestModels.Random(random, Inputs).Values.ToArray();
        float[] ranges = [.. Enumerable.Range(0, Inputs).Select(channel => channel is 7 or 31 ? 50f : 0.5f + random.NextSingle())];

        ChannelSplit split = isHidden ? ChannelSplit.OfHidden(ranges) : ChannelSplit.OfActivation(ranges);

        CollectionAssert.Contains(split.Outliers, 7);
        CollectionAssert.Contains(split.Outliers, 31);
        ReadOnlySpan<float> quantized = split.Quantized(Weight).Values.Span;
        ReadOnlySpan<float> exact = split.Exact(Weight).Values.Span;
        for (int output = 0; output < Outputs; output++)
        {
            double expected = 0, found = 0;
            for (int input = 0; input < Inputs; input++)
            {
                expected += (double)x[input] * Weight.Values.Span[(output * Inputs) + input];
                found += (double)x[input] * split.Factors.Values.Span[input] * quantized[(output * Inputs) + input];
            }

            for (int outlier = 0; outlier < split.Outliers.Length; outlier++)
            {
                found += (double)x[split.Outliers[outlier]] * exact[(output * split.Outliers.Length) + outlier];
            }

            Assert.AreEqual(expected, found, 1e-5);
        }
    }
}
