using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>The weight of one or several linear modules for int8.</summary>
/// <param name="Matrix">The quantised part.</param>
/// <param name="Exact">The columns of outliers, [out, outliers], or null where there are none.</param>
internal sealed record QuantizedModule(QuantizedMatrix Matrix, HostTensor? Exact);

/// <summary>
/// An encoder's linear modules for int8. Weights that no model changes are quantised once, when first asked for, and are the same objects
/// for all sessions.
/// </summary>
/// <remarks>Safe for use by many threads.</remarks>
/// <param name="encoder">The encoder.</param>
/// <param name="splits">How the channels of inputs are split, by <see cref="InputOf"/>; inputs without outliers are not in it.</param>
/// <param name="signedWeights">Which kind of bytes the processor multiplies exactly and fast, see <see cref="ByteProducts"/>.</param>
internal sealed class QuantizedEncoder(LoadedEncoder encoder, IReadOnlyDictionary<string, ChannelSplit> splits, bool signedWeights)
{
    private readonly Dictionary<string, QuantizedModule> _untouched = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    /// <summary>
    /// What a module reads, as modules that read the same call it: <c>encoder.layer.0.attention.self</c> for its query, key and value.
    /// </summary>
    public static string InputOf(string module) => module[..module.LastIndexOf('.')];

    /// <summary>Whether a module reads what the feed-forward's activation function gives.</summary>
    public static bool ReadsActivation(string module) =>
        module.EndsWith(".output.dense", StringComparison.Ordinal) && !module.EndsWith(".attention.output.dense", StringComparison.Ordinal);

    /// <summary>How the channels of modules' common input are split, or null.</summary>
    public ChannelSplit? SplitOf(string[] modules) => splits.GetValueOrDefault(InputOf(modules[0]));

    /// <summary>Which values bytes of modules' common input stand for.</summary>
    public ByteRange RangeOf(string[] modules) =>
        ReadsActivation(modules[0]) && !encoder.Config.Definition.IsGated
            ? ByteRange.For(encoder.Config.HiddenActivation)
            : ByteRange.Symmetric;

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
        HostTensor weight = Concatenation.Join(weights);
        ChannelSplit? split = SplitOf(modules);
        return new QuantizedModule(
            Quantization.PerOutput(split?.Quantized(weight) ?? weight, signedWeights),
            split is { Outliers.Length: > 0 } ? split.Exact(weight) : null);
    }
}
