using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>
/// What all sessions on one encoder have in common: its weights as ONNX Runtime sees them, in place, and the copies that ONNX Runtime
/// rearranges for its kernels. Lives as long as the last of the sessions.
/// </summary>
internal sealed class EncoderMemory : SharedResource
{
    private readonly LoadedEncoder _encoder;
    private readonly Dictionary<string, (OnnxWeight Weight, OrtValue Value)> _values = new(StringComparer.Ordinal);
    private readonly PrePackedWeightsContainer _packed;
    private readonly MemoryPressure _pressure = new();
    private readonly Lock _lock = new();
    private QuantizedEncoder? _quantized;

    private static int _made;

    private EncoderMemory(LoadedEncoder encoder)
    {
        RuntimeTelemetry.TurnOff();
        _encoder = encoder;
        _packed = new PrePackedWeightsContainer();
        Interlocked.Increment(ref _made);
    }

    /// <summary>How many this process has made.</summary>
    public static int Made => Volatile.Read(ref _made);

    /// <summary>That of an encoder, with one holder more.</summary>
    public static EncoderMemory Retain(LoadedEncoder encoder) =>
        NativeTables.Find(encoder).Memory.Retain(() => new EncoderMemory(encoder));

    /// <summary>The encoder's matrices in int8. The first use measures the ranges of channels.</summary>
    public QuantizedEncoder Quantized
    {
        get
        {
            lock (_lock)
            {
                return _quantized ??= new QuantizedEncoder(_encoder, ChannelRanges.Splits(_encoder, this), ByteProducts.TakeSignedWeights);
            }
        }
    }

    /// <summary>Likewise in bytes that every processor multiplies exactly, for an export.</summary>
    public QuantizedEncoder QuantizeForAll()
    {
        lock (_lock)
        {
            return new QuantizedEncoder(_encoder, ChannelRanges.Splits(_encoder, this), signedWeights: false);
        }
    }

    /// <summary>
    /// Makes a session that reads the graph's weights that are not embedded from here. One at a time: each session packs the weights
    /// before it notices that they are packed already, and that transient copy should exist once.
    /// </summary>
    public InferenceSession Open(OnnxGraph graph, SessionOptions options)
    {
        lock (_lock)
        {
            foreach (OnnxWeight weight in graph.Weights.Where(weight => !weight.Embedded))
            {
                options.AddInitializer(weight.Name, Value(weight));
            }

            options.AddSessionConfigEntry(ExternalPlaceholder.FolderSetting, ExternalPlaceholder.Folder);
            return new InferenceSession(OnnxWriter.ToBytes(graph), options, _packed);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach ((OnnxWeight weight, OrtValue value) in _values.Values)
            {
                value.Dispose();
                GC.KeepAlive(weight);
            }

            _values.Clear();
            _packed.Dispose();
            _pressure.Dispose();
        }
    }

    private OrtValue Value(OnnxWeight weight)
    {
        if (!_values.TryGetValue(weight.Name, out (OnnxWeight, OrtValue Value) known))
        {
            known = (weight, weight.ToValue());
            _values.Add(weight.Name, known!);
            if (!weight.Name.StartsWith("embeddings.", StringComparison.Ordinal))
            {
                _pressure.Add(weight.Data.Length); // ONNX Runtime packs a copy of what is multiplied
            }

        }

        return known.Value;
    }
}
