using System.Numerics.Tensors;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Exchange.AdapterHub;

/// <summary>The network that gives prefixes: <c>W2 act(W1 e + b1) + b2</c> for each token's embedding e.</summary>
internal static class PrefixMlp
{
    /// <returns>[length, width].</returns>
    public static HostTensor Compute(MethodReading reading, string start, int length, int width)
    {
        ForeignConfig config = reading.Config;
        int hidden = reading.Encoder.Config.HiddenSize;
        int inner = config.Size("bottleneck_size") ?? throw config.Refuse("bottleneck_size", "a width", "The file is damaged");
        Action<float[]> activation = config.Text("non_linearity")?.ToLowerInvariant() switch
        {
            "tanh" => values => TensorPrimitives.Tanh(values, values),
            "relu" => values => TensorPrimitives.Max(values, 0f, values),
            _ => throw config.Refuse("non_linearity", "\"tanh\" or \"relu\"", "Call eject_prefix_tuning before saving, which computes it"),
        };
        HostTensor embeddings = reading.Tensors.Take(start + "wte.weight", length, hidden);
        HostTensor first = reading.Tensors.Take(start + "control_trans.0.weight", inner, hidden);
        HostTensor firstBias = reading.Tensors.Take(start + "control_trans.0.bias", inner);
        HostTensor second = reading.Tensors.Take(start + "control_trans.2.weight", width, inner);
        HostTensor secondBias = reading.Tensors.Take(start + "control_trans.2.bias", width);
        return HostTensor.Create([length, width], StorageType.Float32, memory =>
        {
            float[] between = new float[inner];
            for (int token = 0; token < length; token++)
            {
                Linear(embeddings.Values.Span.Slice(token * hidden, hidden), first, firstBias, between);
                activation(between);
                Linear(between, second, secondBias, memory.Span.Slice(token * width, width));
            }
        });
    }

    private static void Linear(ReadOnlySpan<float> input, HostTensor weight, HostTensor bias, Span<float> output)
    {
        for (int row = 0; row < output.Length; row++)
        {
            output[row] = TensorPrimitives.Dot(input, weight.Values.Span.Slice(row * input.Length, input.Length)) + bias.Values.Span[row];
        }
    }
}
