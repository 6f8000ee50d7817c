using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Models.Families;

namespace Microsoft.ML.AdaMix.Exchange;

/// <summary>The head of Hugging Face's sequence classifiers, under the names that it has in them.</summary>
internal static class StaticHead
{
    /// <summary>Reads a head. What of it a file has not is taken from the base model, if that has it.</summary>
    /// <param name="tensors">The file.</param>
    /// <param name="stored">The name in the file of a name within the model; null if it is not there.</param>
    /// <param name="model">The base model.</param>
    /// <exception cref="InvalidDataException">A part of it is nowhere, or is of another shape.</exception>
    public static HeadWeights Read(ForeignTensors tensors, Func<string, string?> stored, BaseModel model)
    {
        EncoderConfig config = model.Encoder.Config;
        HeadShape shape = config.Definition.Head(config);
        (string dense, int hidden) = (Dense(config), config.HiddenSize);
        HostTensor Require(string name, params int[] sides) =>
            Find(tensors, stored, model, name, sides) ?? throw Missing(tensors, name, sides, config);
        string weight = $"{shape.Output}.weight";
        int outputs = stored(weight) is { } found && tensors.Shape(found) is [var rows, _] ? rows
            : throw Missing(tensors, weight, [0, hidden], config);
        return new HeadWeights(
            Require($"{dense}.weight", hidden, hidden),
            shape.HasDenseBias ? Require($"{dense}.bias", hidden) : Zeros(hidden),
            Require(weight, outputs, hidden),
            Require($"{shape.Output}.bias", outputs))
        {
            Norm = shape.Norm is { } norm ? new HeadNorm(Require($"{norm}.weight", hidden), Zeros(hidden)) : null,
        };
    }

    /// <summary>The way back: names within the model. A pooler that is the encoder's own is left out.</summary>
    public static IEnumerable<KeyValuePair<string, HostTensor>> Write(HeadWeights head, LoadedEncoder encoder)
    {
        HeadShape shape = encoder.Config.Definition.Head(encoder.Config);
        string dense = Dense(encoder.Config);
        if (!IsEncodersPooler(head, encoder))
        {
            yield return KeyValuePair.Create($"{dense}.weight", head.DenseWeight);
            if (shape.HasDenseBias)
            {
                yield return KeyValuePair.Create($"{dense}.bias", head.DenseBias);
            }
        }

        if (shape.Norm is { } norm)
        {
            yield return KeyValuePair.Create($"{norm}.weight", head.Norm!.Weight);
        }

        yield return KeyValuePair.Create($"{shape.Output}.weight", head.OutputWeight);
        yield return KeyValuePair.Create($"{shape.Output}.bias", head.OutputBias);
    }

    /// <summary>Whether the head's first layer is the encoder's pooler, as it was before training.</summary>
    public static bool IsEncodersPooler(HeadWeights head, LoadedEncoder encoder) =>
        encoder.Config.Definition.Head(encoder.Config).IsPooler
        && encoder.Weights.TryGetValue(EncoderTensors.PoolerWeight, out HostTensor? weight)
        && weight.SameAs(head.DenseWeight) && encoder[EncoderTensors.PoolerBias].SameAs(head.DenseBias);

    // A pooler is a part of the base model.
    private static string Dense(EncoderConfig config)
    {
        FamilyDefinition family = config.Definition;
        HeadShape shape = family.Head(config);
        return shape.IsPooler ? family.Prefixes[0] + family.StoredName(EncoderTensors.Pooler) : shape.Dense;
    }

    private static HostTensor? Find(
        ForeignTensors tensors, Func<string, string?> stored, BaseModel model, string name, int[] sides)
    {
        if (stored(name) is { } found)
        {
            return tensors.Take(found, sides);
        }

        FamilyDefinition family = model.Encoder.Config.Definition;
        return name.StartsWith(family.Prefixes[0], StringComparison.Ordinal)
            ? model.Encoder.Weights.GetValueOrDefault(family.OwnName(name[family.Prefixes[0].Length..]))
            : model.Head(name, sides);
    }

    private static InvalidDataException Missing(ForeignTensors tensors, string name, int[] sides, EncoderConfig config) => new(
        $"'{tensors.File}' has no tensor for '{name}' of shape [{string.Join(", ", sides.Select(side => side == 0 ? "outputs" : $"{side}"))}]"
        + $", which the classification head of {config.Definition.Title} has, and the encoder's folder has none either. Save the adapter "
        + "with its whole head (peft: modules_to_save; adapters: save_adapter with its head).");

    private static HostTensor Zeros(int size) => HostTensor.From([size], new float[size]);
}
