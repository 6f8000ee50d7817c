using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>Random edits of every kind.</summary>
internal static class TestEdits
{
    public const int PrefixLength = 3;
    public const int PromptLength = 4;

    public static readonly IReadOnlyDictionary<string, Func<EncoderConfig, EncoderEdits>> Kinds =
        new Dictionary<string, Func<EncoderConfig, EncoderEdits>>(StringComparer.Ordinal)
        {
            ["nothing"] = _ => EncoderEdits.None,
            ["adapters"] = Adapters,
            ["low rank"] = LowRank,
            ["scales"] = Scales,
            ["biases"] = Biases,
            ["every tensor"] = EveryTensor,
            ["prefixes"] = Prefixes,
            ["prefix in one layer"] = config => Prefixes(config) with { Prefixes = [Prefixes(config).Prefixes[1]] },
            ["prompt"] = Prompt,
            ["all kinds"] = config => new EncoderEdits
            {
                Adapters = Adapters(config).Adapters,
                LowRank = LowRank(config).LowRank,
                Scales = Scales(config).Scales,
                Replaced = EveryTensor(config).Replaced,
                Prefixes = Prefixes(config).Prefixes,
                Prompt = Prompt(config).Prompt,
            },
        };

    public static IEnumerable<object[]> Names => Kinds.Keys.Select(kind => (object[])[kind]);

    /// <summary>In all sub-layers, of differing inputs, bottlenecks, activations and scales.</summary>
    public static EncoderEdits Adapters(EncoderConfig config)
    {
        Random random = new(5);
        int hidden = config.HiddenSize;
        return new()
        {
            Adapters = [.. EncoderTensors.Sublayers(config).Select((module, index) => new AdapterWeights(
                module, (AdapterInput)(index % 3),
                TestModels.Random(random, 2 + index, hidden), TestModels.Random(random, 2 + index),
                TestModels.Random(random, hidden, 2 + index), TestModels.Random(random, hidden),
                index % 2 == 0 ? Activation.Relu : Activation.Silu, 0.5f + index))],
        };
    }

    /// <summary>Of all linear modules.</summary>
    public static EncoderEdits LowRank(EncoderConfig config)
    {
        Random random = new(6);
        return new()
        {
            LowRank = [.. EncoderTensors.LinearModules(config).Select((module, index) => new LowRankUpdate(
                module.Key, TestModels.Random(random, 1 + index, module.Value[1]), TestModels.Random(random, module.Value[0], 1 + index), 0.1f * (1 + index)))],
        };
    }

    /// <summary>Of all linear modules.</summary>
    public static EncoderEdits Scales(EncoderConfig config)
    {
        Random random = new(7);
        return new()
        {
            Scales = [.. EncoderTensors.LinearModules(config).Select(module => new OutputScale(module.Key, TestModels.Random(random, module.Value[0])))],
        };
    }

    /// <summary>Each in another storage type.</summary>
    public static EncoderEdits Biases(EncoderConfig config)
    {
        Random random = new(8);
        return new()
        {
            Replaced = EncoderTensors.Required(config).Where(tensor => tensor.Name.EndsWith(".bias", StringComparison.Ordinal))
                .Select((tensor, index) => (tensor.Name, Tensor: Eighths(random, tensor.Shape) with { Storage = (StorageType)(index % 3) }))
                .ToDictionary(tensor => tensor.Name, tensor => tensor.Tensor, StringComparer.Ordinal),
        };
    }

    public static EncoderEdits EveryTensor(EncoderConfig config)
    {
        Random random = new(9);
        return new() { Replaced = EncoderTensors.Required(config).ToDictionary(tensor => tensor.Name, tensor => TestModels.Random(random, tensor.Shape), StringComparer.Ordinal) };
    }

    /// <summary>In all layers.</summary>
    public static EncoderEdits Prefixes(EncoderConfig config)
    {
        Random random = new(10);
        HostTensor Part() => TestModels.Random(random, PrefixLength, config.HiddenSize);
        return new() { Prefixes = [.. Enumerable.Range(0, config.Layers).Select(layer => new PrefixWeights(layer, Part(), Part()))] };
    }

    public static EncoderEdits Prompt(EncoderConfig config) => new() { Prompt = TestModels.Random(new Random(11), PromptLength, config.HiddenSize) };

    // Numbers that all storage types hold exactly.
    private static HostTensor Eighths(Random random, int[] shape)
    {
        HostTensor tensor = TestModels.Random(random, shape);
        return HostTensor.From(shape, Array.ConvertAll(tensor.Values.ToArray(), value => MathF.Round(value * 8) / 8));
    }
}
