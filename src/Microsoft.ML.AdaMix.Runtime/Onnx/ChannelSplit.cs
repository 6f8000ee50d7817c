using System.Numerics.Tensors;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>How the channels of a linear module's input are prepared for bytes.</summary>
/// <remarks>
/// In every transformer a few channels are many times as large as the others, whatever the text (Dettmers et al. 2022, LLM.int8()); one
/// scale for all would leave the others a few steps. Those few are computed in float32. The rest may be evened out halfway, the other half
/// being taken over by the weights (Xiao et al. 2022, SmoothQuant).
/// </remarks>
/// <param name="Outliers">The channels that stay in float32, ascending.</param>
/// <param name="Factors">What the other channels are multiplied with before they are quantised, [in]; 0 for outliers.</param>
internal sealed record ChannelSplit(int[] Outliers, HostTensor Factors)
{
    // Of hidden states. More did not help any more, eight were slightly worse (roberta-mini, trec6 and sst2).
    private const int HiddenOutliers = 16;

    // Of the feed-forward's activations. With 16 errors were up to 5 % larger, with 64 up to 3 % smaller.
    private const int ActivationOutliers = 32;

    // Of so many channels at most one is an outlier.
    private const int LeastChannels = 16;

    // The least share of the median range that a channel counts with: one that was quiet when ranges were measured may not always be.
    private const float LeastRange = 0.1f;

    /// <summary>What attention and feed-forward read.</summary>
    /// <param name="ranges">The largest magnitude that was seen in each channel, [in].</param>
    public static ChannelSplit OfHidden(ReadOnlySpan<float> ranges)
    {
        float[] seen = ranges.ToArray();
        float median = seen.Order().ElementAt(seen.Length / 2);
        float least = median > 0 ? median * LeastRange : 1;
        return Create(FindOutliers(seen, HiddenOutliers), Array.ConvertAll(seen, range => 1 / MathF.Sqrt(Math.Max(range, least))));
    }

    /// <summary>What the feed-forward's activation function gives. Evening out made its errors larger.</summary>
    /// <param name="ranges">The largest magnitude that was seen in each channel, [in].</param>
    public static ChannelSplit OfActivation(ReadOnlySpan<float> ranges)
    {
        float[] ones = new float[ranges.Length];
        ones.AsSpan().Fill(1);
        return Create(FindOutliers(ranges.ToArray(), ActivationOutliers), ones);
    }

    /// <summary>The weight for the channels that are quantised: each column over its factor, 0 for outliers.</summary>
    /// <param name="weight">[out, in].</param>
    public HostTensor Quantized(HostTensor weight)
    {
        float[] inverse = Array.ConvertAll(Factors.Values.ToArray(), factor => factor == 0 ? 0 : 1 / factor);
        return HostTensor.Create(weight.Shape, StorageType.Float32, memory =>
        {
            int inputs = inverse.Length;
            for (int start = 0; start < memory.Length; start += inputs)
            {
                TensorPrimitives.Multiply(weight.Values.Span.Slice(start, inputs), inverse, memory.Span.Slice(start, inputs));
            }
        });
    }

    /// <summary>The weight for the outliers, [out, outliers].</summary>
    /// <param name="weight">[out, in].</param>
    public HostTensor Exact(HostTensor weight)
    {
        (int outputs, int inputs) = (weight.Shape[0], weight.Shape[1]);
        return HostTensor.Create([outputs, Outliers.Length], StorageType.Float32, memory =>
        {
            for (int i = 0; i < memory.Length; i++)
            {
                memory.Span[i] = weight.Values.Span[(i / Outliers.Length * inputs) + Outliers[i % Outliers.Length]];
            }
        });
    }

    private static int[] FindOutliers(float[] ranges, int most) =>
        [.. Enumerable.Range(0, ranges.Length).OrderByDescending(channel => ranges[channel]).Take(
            Math.Min(most, ranges.Length / LeastChannels)).Order()];

    private static ChannelSplit Create(int[] outliers, float[] factors)
    {
        foreach (int outlier in outliers)
        {
            factors[outlier] = 0;
        }

        return new ChannelSplit(outliers, HostTensor.From([factors.Length], factors));
    }
}
