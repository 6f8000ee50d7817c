using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Models.Families;

namespace Microsoft.ML.AdaMix.Exchange;

/// <summary>The head of Hugging Face's sequence classifiers, under the names that it has in them.</summary>
internal static class StaticHead
{
    /// <summary>Reads a head. A module of it of which a file has nothing is taken from the base model, if that has it.</summary>
    /// <param name="tensors">The file.</param>
    /// <param name="stored">The names in the file by names within the model.</param>
    /// <param name="model">The base model.</param>
    /// <exception cref="InvalidDataException">A part of it is nowhere, or is of another shape.</exception>
    public static HeadWeights Read(ForeignTensors tensors, IReadOnlyDictionary<string, string> stored, BaseModel model)
    {
        EncoderConfig config = model.Encoder.Config;
        HeadShape shape = config.Definition.Head(config);
        (string dense, int hidden) = (Dense(config), config.HiddenSize);
        HostTensor Require(string name, params int[] sides) =>
            Find(tensors, stored, model, name, sides) ?? throw Missing(tensors, stored, name, sides, config);
        string weight = $"{shape.Output}.weight";
        if (stored.TryGetValue(weight, out string? found) && tensors.Shape(found) is [_, var width])
        {
            AdapterFit.RequireHidden(tensors.File, width, model.Encoder);
        }

        int outputs = found is not null && tensors.Shape(found) is [var rows, _] ? rows
            : HasNothing(stored, weight) && model.HeadRows(weight) is { } own ? own
            : throw Missing(tensors, stored, weight, [0, hidden], config);
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
        ForeignTensors tensors, IReadOnlyDictionary<string, string> stored, BaseModel model, string name, int[] sides)
    {
        if (stored.TryGetValue(name, out string? found))
        {
            return tensors.Take(found, sides);
        }

        // Half a module in the file is a file that was cut, whose other half must not come from elsewhere.
        FamilyDefinition family = model.Encoder.Config.Definition;
        return name.StartsWith(family.Prefixes[0], StringComparison.Ordinal)
            ? stored.ContainsKey($"{Dense(model.Encoder.Config)}.weight") || stored.ContainsKey($"{Dense(model.Encoder.Config)}.bias")
                ? null
                : model.Encoder.Weights.GetValueOrDefault(family.OwnName(name[family.Prefixes[0].Length..]))
            : HasNothing(stored, name) ? model.Head(name, sides)
            : null;
    }

    // Of the module that a tensor is in: 'classifier.dense' of 'classifier.dense.weight'.
    private static bool HasNothing(IReadOnlyDictionary<string, string> stored, string name)
    {
        string module = name[..(name.LastIndexOf('.') + 1)];
        return !stored.Keys.Any(other => other.StartsWith(module, StringComparison.Ordinal));
    }

    private static InvalidDataException Missing(
        ForeignTensors tensors, IReadOnlyDictionary<string, string> stored, string name, int[] sides, EncoderConfig config)
    {
        string shape = string.Join(", ", sides.Select(side => side == 0 ? "outputs" : $"{side}"));
        return new InvalidDataException(
            $"'{tensors.File}' has no tensor for '{name}' of shape [{shape}], which the classification head of {config.Definition.Title} "
            + (HasNothing(stored, name)
                ? "has, and the encoder's folder has none of that shape either. "
                : $"has, and it has the rest of '{name[..name.LastIndexOf('.')]}': the file is cut off. ")
            + "Save the adapter with its whole head (peft: modules_to_save; adapters: save_adapter with its head).");
    }

    private static HostTensor Zeros(int size) => HostTensor.From([size], new float[size]);
}
