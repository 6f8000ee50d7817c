using System.Numerics.Tensors;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Models.Families;
using Microsoft.ML.AdaMix.Wording;

namespace Microsoft.ML.AdaMix.Checkpoints;

/// <summary>Takes an encoder's tensors out of a checkpoint and checks them against its configuration.</summary>
internal static class EncoderReader
{
    /// <summary>Reads every tensor the configuration asks for, and the pooler of a family whose head is one, if it is there.</summary>
    /// <exception cref="InvalidDataException">A tensor is missing, has another shape, or holds NaN or infinity.</exception>
    public static LoadedEncoder Read(string name, EncoderConfig config, ITensorSource source, TokenizerFiles tokenizer)
    {
        FamilyDefinition family = config.Definition;
        Dictionary<string, List<string>> names = CanonicalNames(source, family);
        Dictionary<string, HostTensor> weights = new(StringComparer.Ordinal);
        foreach ((string tensor, int[] shape) in EncoderTensors.Required(config))
        {
            if (Stored(names, source, tensor) is not { } stored)
            {
                throw new InvalidDataException(
                    $"The checkpoint '{name}' has no tensor '{family.StoredName(tensor)}' of shape {TensorEntry.Describe(shape)}; it "
                    + $"holds {names.Count} "
                    + "tensors" +
                    $"{(names.Count == 0 ? string.Empty : $", for example '{source.Tensors.Keys.First()}' in "
                    + $"'{source.FileOf(source.Tensors.Keys.First())}'")}. "
                    + $"Its configuration describes one {family.Title} encoder with {Counts.Of(config.Layers, "layer")}.");
            }

            weights.Add(tensor, ReadChecked(source, stored, shape));
        }

        string beyond = $"{EncoderTensors.LayerStart}{config.Layers}.";
        if (names.Keys.FirstOrDefault(tensor => tensor.StartsWith(beyond, StringComparison.Ordinal)) is { } more)
        {
            throw new InvalidDataException(
                $"The checkpoint '{name}' has more layers than the {config.Layers} of its configuration: it holds '{names[more][0]}'. Put "
                + "the number that it has into the configuration; a shorter encoder is saved without the others.");
        }

        if (family.Head(config).IsPooler && Stored(names, source, EncoderTensors.PoolerWeight) is { } weight
            && Stored(names, source, EncoderTensors.PoolerBias) is { } bias)
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
                $"Tensor '{tensor}' of '{source.FileOf(tensor)}' holds "
                + FormattableString.Invariant($"{read.Values.Span[index]} at index {index}; weights must be finite. ")
                + "The checkpoint is damaged.");
        }

        return read;
    }

    // Heads, buffers and other models beside the encoder may have whatever names they like.
    private static string? Stored(Dictionary<string, List<string>> names, ITensorSource source, string tensor) =>
        !names.TryGetValue(tensor, out List<string>? stored) ? null
        : stored.Count == 1 ? stored[0]
        : throw new InvalidDataException(
            $"The checkpoint '{source.FileOf(stored[0])}' holds '{tensor}' twice, as '{stored[0]}' and as '{stored[1]}'.");

    private static Dictionary<string, List<string>> CanonicalNames(ITensorSource source, FamilyDefinition family) =>
        source.Tensors.Keys.GroupBy(stored => TensorNames.Canonical(stored, family), StringComparer.Ordinal)
            .ToDictionary(names => names.Key, names => names.ToList(), StringComparer.Ordinal);
}
