using Microsoft.ML.AdaMix.Edits;
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
            ["input scales"] = InputScales,
            ["biases"] = Biases,
            ["every tensor"] = EveryTensor,
            ["prefixes"] = Prefixes,
            ["placeless prefixes"] = PlacelessPrefixes,
            ["prefix in one layer"] = config => [Prefixes(config)[1]],
            ["prompt"] = Prompt,
            ["all kinds"] = config => [
                .. Adapters(config), .. LowRank(config), .. Scales(config), .. EveryTensor(config), .. Prefixes(config), .. Prompt(config)],
        };

    public static IEnumerable<object[]> Names => Kinds.Keys.Select(kind => (object[])[kind]);

    /// <summary>In all sub-layers, of differing inputs, bottlenecks, activations and scales.</summary>
    public static EncoderEdits Adapters(EncoderConfig config)
    {
        Random random = new(5);
        int hidden = config.HiddenSize;
        return
        [
            .. EncoderTensors.Sublayers(config).Select((module, index) => new AdapterEdit(
                module, InputOf(config, index),
                TestModels.Random(random, 2 + index, hidden), TestModels.Random(random, 2 + index),
                TestModels.Random(random, hidden, 2 + index), TestModels.Random(random, hidden),
                index % 2 == 0 ? Activation.Relu : Activation.Silu, 0.5f + index)),
        ];
    }

    // Behind the layers of some families there is no norm to read.
    private static AdapterInput InputOf(EncoderConfig config, int index) => (AdapterInput)(index % 3) switch
    {
        AdapterInput.Normalized when config.Definition.NormsFirst => AdapterInput.Output,
        var input => input,
    };

    /// <summary>Of all linear modules.</summary>
    public static EncoderEdits LowRank(EncoderConfig config)
    {
        Random random = new(6);
        return
        [
            .. EncoderTensors.LinearModules(config).Select((module, index) => new LowRankEdit(
                module.Key, TestModels.Random(random, 1 + index, module.Value[1]), TestModels.Random(random, module.Value[0], 1 + index),
                0.1f * (1 + index))),
        ];
    }

    /// <summary>Of all linear modules.</summary>
    public static EncoderEdits Scales(EncoderConfig config)
    {
        Random random = new(7);
        return [.. EncoderTensors.LinearModules(config).Select(
            module => new ScaleEdit(module.Key, TestModels.Random(random, module.Value[0])))];
    }

    /// <summary>Of all linear modules.</summary>
    public static EncoderEdits InputScales(EncoderConfig config)
    {
        Random random = new(12);
        return [.. EncoderTensors.LinearModules(config).Select(
            module => new InputScaleEdit(module.Key, TestModels.Random(random, module.Value[1])))];
    }

    /// <summary>Each in another storage type.</summary>
    public static EncoderEdits Biases(EncoderConfig config)
    {
        Random random = new(8);
        return
        [
            .. EncoderTensors.Required(config).Where(tensor => tensor.Name.EndsWith(".bias", StringComparison.Ordinal))
                .Select((tensor, index) => new ReplacementEdit(
                    tensor.Name, Eighths(random, tensor.Shape) with { Storage = (StorageType)(index % 3) })),
        ];
    }

    public static EncoderEdits EveryTensor(EncoderConfig config)
    {
        Random random = new(9);
        return [.. EncoderTensors.Required(config).Select(
            tensor => new ReplacementEdit(tensor.Name, TestModels.Random(random, tensor.Shape)))];
    }

    /// <summary>In all layers.</summary>
    public static EncoderEdits Prefixes(EncoderConfig config)
    {
        Random random = new(10);
        HostTensor Part() => TestModels.Random(random, PrefixLength, config.HiddenSize);
        return [.. Enumerable.Range(0, config.Layers).Select(layer => new PrefixEdit(layer, Part(), Part()))];
    }

    /// <summary>The same, in all layers, without positions.</summary>
    public static EncoderEdits PlacelessPrefixes(EncoderConfig config) => [.. Prefixes(config).Cast<PrefixEdit>().Select(
        prefix => new PlacelessPrefixEdit(prefix.Layer, prefix.Keys, prefix.Values))];

    public static EncoderEdits Prompt(EncoderConfig config) =>
        [new PromptEdit(TestModels.Random(new Random(11), PromptLength, config.EmbeddingWidth))];

    /// <summary>The tensors in place of the encoder's, by name.</summary>
    public static Dictionary<string, HostTensor> Replaced(EncoderEdits edits) =>
        edits.OfType<ReplacementEdit>().ToDictionary(edit => edit.Name, edit => edit.Tensor, StringComparer.Ordinal);

    // Numbers that all storage types hold exactly.
    private static HostTensor Eighths(Random random, int[] shape)
    {
        HostTensor tensor = TestModels.Random(random, shape);
        return HostTensor.From(shape, Array.ConvertAll(tensor.Values.ToArray(), value => MathF.Round(value * 8) / 8));
    }
}
