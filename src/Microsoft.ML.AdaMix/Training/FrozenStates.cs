using System.Runtime.InteropServices;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Reading;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Training;

/// <summary>
/// What enters the first tuned layer for each sequence of some rows: without dropout below it the same in every pass and epoch.
/// </summary>
/// <remarks>
/// <para>The states of as many as fit into the given memory are kept, those that come first; the others are computed each time.</para>
/// <para>
/// Rows are drawn in random order without repetition, so that no choice of rows would be better than another. Nothing is written to disk.
/// Several threads may ask, each for rows of its own.
/// </para>
/// </remarks>
internal sealed class FrozenStates
{
    // Numbers in a buffer: 16 MiB, far below the longest array.
    private const int ChunkLength = 1 << 22;

    private readonly TunedClassifier _model;
    private readonly TokenTable _rows;
    private readonly bool _readTokensOnly;
    private readonly Place[] _places; // of the rows that are kept, the first ones
    private readonly bool[] _known;
    private readonly int[] _lengths; // of buffers
    private readonly float[]?[] _chunks; // made when they are needed
    private readonly Lock _making = new();
    private int _kept;

    /// <param name="model">Its frozen layers compute.</param>
    /// <param name="rows">The data.</param>
    /// <param name="limit">Most bytes to keep.</param>
    public FrozenStates(TunedClassifier model, TokenTable rows, long limit)
    {
        _model = model;
        _rows = rows;
        _readTokensOnly = IsAllFrozen(model);
        List<Place> places = [];
        List<int> lengths = [];
        long free = limit / sizeof(float);
        for (int row = 0; row < rows.Sequences && Size(row) <= free; row++)
        {
            if (lengths.Count == 0 || lengths[^1] + Size(row) > Math.Max(ChunkLength, Size(row)))
            {
                lengths.Add(0);
            }

            places.Add(new Place(lengths.Count - 1, lengths[^1]));
            lengths[^1] += Size(row);
            free -= Size(row);
        }

        Free = free * sizeof(float);
        _places = [.. places];
        _known = new bool[places.Count];
        _lengths = [.. lengths];
        _chunks = [.. lengths.Select(_ => (float[]?)null)];
    }

    /// <summary>States of some rows, as many as the settings let it keep; null where dropout acts below the first tuned layer.</summary>
    public static FrozenStates? Open(TunedClassifier model, TokenTable rows, TrainingSettings settings) =>
        settings.Dropout.SharesFrozenPart && model.Tuning.FrozenLayers is { } layers
            ? new FrozenStates(model, rows, layers == 0 ? 0 : settings.FrozenCacheBytes)
            : null;

    /// <summary>Whether the states of any row are kept.</summary>
    public bool KeepsAny => _places.Length > 0;

    /// <summary>Rows whose states are kept by now.</summary>
    public int Kept => _kept;

    /// <summary>Bytes of the limit that the states of all rows leave.</summary>
    public long Free { get; }

    /// <summary>Bytes that the states of all rows take.</summary>
    public static long Needed(TunedClassifier model, TokenTable rows) =>
        (long)sizeof(float) * model.Encoder.Config.HiddenSize
        * (IsAllFrozen(model) ? (long)rows.Sequences * model.Encoder.Read : rows.Tokens);

    /// <summary>
    /// [passes x B, T, hidden], or [passes x B, R, hidden] if no layer is tuned; without gradient. What is behind a row's last token means
    /// nothing: attention does not see it.
    /// </summary>
    /// <param name="batch">Which sequences; rows, where none has windows.</param>
    /// <param name="length">T, as these rows are padded.</param>
    /// <param name="passes">How many times over, one behind the other.</param>
    public Tensor Get(int[] batch, int length, int passes = 1)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor states = Once(batch, length); // [B, T | R, hidden]
        return (passes == 1 ? states : cat([states, states], 0)).MoveToOuterDisposeScope();
    }

    private Tensor Once(int[] batch, int length)
    {
        long[] gaps = [.. Enumerable.Range(0, batch.Length).Where(i => !IsKnown(batch[i])).Select(i => (long)i)]; // places in the batch
        if (gaps.Length == batch.Length)
        {
            return Compute(batch);
        }

        Tensor states = zeros([batch.Length, _readTokensOnly ? _model.Encoder.Read : length, Hidden]);
        for (int i = 0; i < batch.Length; i++)
        {
            if (IsKnown(batch[i]))
            {
                using Tensor row = states[i];
                Memory(batch[i])!.Value.Span.CopyTo(MemoryMarshal.Cast<byte, float>(row.bytes));
            }
        }

        if (gaps.Length > 0)
        {
            int[] missing = Array.ConvertAll(gaps, i => batch[i]);
            Tensor found = Compute(missing).to_type(ScalarType.Float32).cpu(); // [missing, T', hidden]
            states.narrow(1, 0, found.shape[1]).index_copy_(0, tensor(gaps), found);
        }

        return states.ToDevice(_model.Encoder.Device).to_type(_model.Encoder.States);
    }

    // Then the head alone reads the states, and it reads first tokens.
    private static bool IsAllFrozen(TunedClassifier model) => model.Tuning.FrozenLayers == model.Encoder.Config.Layers;

    private int Hidden => _model.Encoder.Config.HiddenSize;

    private int Size(int row) => (_readTokensOnly ? _model.Encoder.Read : _rows.Length(row)) * Hidden;

    private bool IsKnown(int row) => row < _known.Length && _known[row];

    private Tensor Compute(int[] batch)
    {
        using EncoderBatch padded = _model.Pad(_rows, batch);
        Tensor states = _model.Below(padded);
        if (Array.Exists(batch, row => row < _places.Length))
        {
            using Tensor host = states.to_type(ScalarType.Float32).cpu().contiguous();
            for (int i = 0; i < batch.Length; i++)
            {
                if (Memory(batch[i]) is { } memory)
                {
                    using Tensor row = host[i];
                    MemoryMarshal.Cast<byte, float>(row.bytes)[..memory.Length].CopyTo(memory.Span);
                    _known[batch[i]] = true;
                    Interlocked.Increment(ref _kept);
                }
            }
        }

        return states;
    }

    // Where a row's states lie; null if they are not kept.
    private Memory<float>? Memory(int row) =>
        row < _places.Length && Chunk(_places[row].Chunk) is { } chunk
            ? chunk.AsMemory(_places[row].Start, Size(row))
            : default(Memory<float>?); // a plain null would be an empty one

    // Without memory for a buffer its rows are computed each time.
    private float[]? Chunk(int index)
    {
        lock (_making)
        {
            try
            {
                return _chunks[index] ??= GC.AllocateUninitializedArray<float>(_lengths[index]);
            }
            catch (OutOfMemoryException)
            {
                return null;
            }
        }
    }

    private readonly record struct Place(int Chunk, int Start);
}
