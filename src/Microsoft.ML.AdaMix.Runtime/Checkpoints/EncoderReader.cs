using System.Numerics.Tensors;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Wording;

namespace Microsoft.ML.AdaMix.Checkpoints;

/// <summary>Takes an encoder's tensors out of a checkpoint and checks them against its configuration.</summary>
internal static class EncoderReader
{
    /// <summary>Reads every tensor the configuration asks for, and the BERT pooler if there is one.</summary>
    /// <exception cref="InvalidDataException">A tensor is missing, has another shape, or holds NaN or infinity.</exception>
    public static LoadedEncoder Read(string name, EncoderConfig config, ITensorSource source, TokenizerFiles tokenizer)
    {
        Dictionary<string, string> names = CanonicalNames(source);
        Dictionary<string, HostTensor> weights = new(StringComparer.Ordinal);
        foreach ((string tensor, int[] shape) in EncoderTensors.Required(config))
        {
            if (!names.TryGetValue(tensor, out string? stored))
            {
                throw new InvalidDataException(
                    $"The checkpoint '{name}' has no tensor '{tensor}' of shape {TensorEntry.Describe(shape)}; it holds {names.Count} "
                    + "tensors" +
                    $"{(names.Count == 0 ? string.Empty : $", for example '{source.Tensors.Keys.First()}' in "
                    + $"'{source.FileOf(source.Tensors.Keys.First())}'")}. "
                    + $"Is it a {config.Family} encoder with {Counts.Of(config.Layers, "layer")}?");
            }

            weights.Add(tensor, ReadChecked(source, stored, shape));
        }

        if (config.Family == EncoderFamily.Bert && names.TryGetValue(EncoderTensors.PoolerWeight, out string? weight) && names.TryGetValue(
            EncoderTensors.PoolerBias, out string? bias))
        {
            weights.Add(EncoderTensors.PoolerWeight, ReadChecked(source, weight, [config.HiddenSize, config.HiddenSize]));
            weights.Add(EncoderTensors.PoolerBias, ReadChecked(source, bias, [config.HiddenSize]));
        }

        return new LoadedEncoder(name, config, weights, tokenizer);
    }

    /// <summary>Reads one tensor of a known shape.</summary>
    public static HostTensor ReadChecked(ITensorSource source, string tensor, int[] shape)
    {
        RequireShape(source, tensor, Array.ConvertAll(shape, size => (long)size));
        return ReadFinite(source, tensor);
    }

    /// <summary>Compares a tensor's shape without reading it.</summary>
    /// <exception cref="InvalidDataException">It is another one.</exception>
    public static void RequireShape(ITensorSource source, string tensor, long[] shape)
    {
        TensorEntry entry = source.Tensors[tensor];
        if (!entry.Shape.SequenceEqual(shape))
        {
            throw new InvalidDataException(
                $"Tensor '{tensor}' of '{source.FileOf(tensor)}' has the shape {entry.ShapeText}; {TensorEntry.Describe(shape)} is "
                + "expected from the configuration.");
        }
    }

    /// <summary>Reads one tensor of any shape.</summary>
    public static HostTensor ReadFinite(ITensorSource source, string tensor)
    {
        HostTensor read = source.Read(tensor);

        // NaN propagates through the maximum, infinity is one.
        if (read.Count > 0 && !float.IsFinite(TensorPrimitives.MaxMagnitude<float>(read.Values.Span)))
        {
            int index = 0;
            while (float.IsFinite(read.Values.Span[index]))
            {
                index++;
            }

            throw new InvalidDataException(
                $"Tensor '{tensor}' of '{source.FileOf(tensor)}' holds {read.Values.Span[index]} at index {index}; weights must be "
                + "finite. The checkpoint is damaged.");
        }

        return read;
    }

    private static Dictionary<string, string> CanonicalNames(ITensorSource source)
    {
        Dictionary<string, string> names = new(StringComparer.Ordinal);
        foreach (string stored in source.Tensors.Keys)
        {
            string canonical = TensorNames.Canonical(stored);
            if (!names.TryAdd(canonical, stored))
            {
                throw new InvalidDataException(
                    $"The checkpoint '{source.FileOf(stored)}' holds '{canonical}' twice, as '{names[canonical]}' and as '{stored}'.");
            }
        }

        return names;
    }
}
