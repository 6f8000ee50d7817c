using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>The weight of one or several linear modules for int8.</summary>
/// <param name="Inputs">Numbers that go in.</param>
/// <param name="Outputs">Numbers that come out, of all modules together.</param>
/// <param name="Matrix">The quantised part.</param>
/// <param name="Exact">The columns of outliers, [out, outliers], or null where there are none.</param>
internal sealed record QuantizedModule(int Inputs, int Outputs, QuantizedMatrix Matrix, HostTensor? Exact);

/// <summary>
/// An encoder's linear modules for int8. Weights that no model changes are quantised once, when first asked for, and are the same objects for all sessions. Safe for use by
/// many threads.
/// </summary>
/// <param name="encoder">The encoder.</param>
/// <param name="splits">How the channels of inputs are split, by <see cref="InputOf"/>; inputs without outliers are not in it.</param>
/// <param name="signedWeights">Which kind of bytes the processor multiplies exactly and fast, see <see cref="ByteProducts"/>.</param>
internal sealed class QuantizedEncoder(LoadedEncoder encoder, IReadOnlyDictionary<string, ChannelSplit> splits, bool signedWeights)
{
    /// <summary>Numbers that share a scale in the feed-forward's output, whose inputs differ most among themselves.</summary>
    public const int BlockSize = 32;

    private readonly Dictionary<string, QuantizedModule> _untouched = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    /// <summary>What a module reads, as modules that read the same call it: <c>encoder.layer.0.attention.self</c> for its query, key and value.</summary>
    public static string InputOf(string module) => module[..module.LastIndexOf('.')];

    /// <summary>Whether scales are for blocks: only in the feed-forward's output, where one an output was too coarse.</summary>
    public static bool IsBlockwise(string[] modules) =>
        modules[0].EndsWith(".output.dense", StringComparison.Ordinal) && !modules[0].EndsWith(".attention.output.dense", StringComparison.Ordinal);

    /// <summary>How the channels of modules' common input are split, or null.</summary>
    public ChannelSplit? SplitOf(string[] modules) => splits.GetValueOrDefault(InputOf(modules[0]));

    /// <summary>Modules that read the same, with the encoder's own weights.</summary>
    public QuantizedModule Untouched(string[] modules)
    {
        lock (_lock)
        {
            string joined = string.Join('+', modules);
            if (!_untouched.TryGetValue(joined, out QuantizedModule? quantized))
            {
                quantized = Quantize(modules, Array.ConvertAll(modules, module => encoder[$"{module}.weight"]));
                _untouched.Add(joined, quantized);
            }

            return quantized;
        }
    }

    /// <summary>Modules that read the same, with weights of a model's own.</summary>
    public QuantizedModule Quantize(string[] modules, IReadOnlyList<HostTensor> weights)
    {
        HostTensor weight = Concatenation.Of(weights);
        (int outputs, int inputs) = (weight.Shape[0], weight.Shape[1]);
        if (IsBlockwise(modules))
        {
            return new QuantizedModule(inputs, outputs, Quantization.PerBlock(weight, BlockSize), null);
        }

        ChannelSplit? split = SplitOf(modules);
        return new QuantizedModule(
            inputs,
            outputs,
            Quantization.PerOutput(split?.Quantized(weight) ?? weight, signedWeights),
            split is { Outliers.Length: > 0 } ? split.Exact(weight) : null);
    }
}
