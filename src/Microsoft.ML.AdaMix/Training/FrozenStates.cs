using System.Runtime.InteropServices;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Reading;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Training;

/// <summary>
/// What enters the first tuned layer for each row of some data: without dropout below it the same in every pass and epoch.
/// </summary>
/// <remarks>
/// <para>The states of as many rows as fit into the given memory are kept, those that come first; the others are computed each time.</para>
/// <para>
/// Rows are drawn in random order without repetition, so that no choice of rows would be better than another. Nothing is written to disk.
/// </para>
/// </remarks>
/// <param name="model">Its frozen layers compute.</param>
/// <param name="rows">The data.</param>
/// <param name="limit">Most bytes to keep.</param>
internal sealed class FrozenStates(TunedClassifier model, TokenTable rows, long limit)
{
    // Numbers in a buffer: 16 MiB, far below the longest array.
    private const int ChunkLength = 1 << 22;

    private readonly List<float[]> _chunks = [];
    private readonly Place?[] _places = new Place?[rows.Count];
    private readonly bool _firstTokenOnly = IsAllFrozen(model);
    private long _needed = Needed(model, rows) / sizeof(float); // by the rows that are not kept
    private long _free = limit / sizeof(float); // not allocated yet
    private int _filled; // of the last buffer

    /// <summary>Rows whose states are kept.</summary>
    public int Kept { get; private set; }

    /// <summary>Bytes that may still be taken.</summary>
    public long Free => _free * sizeof(float);

    /// <summary>Bytes that the states of all rows take.</summary>
    public static long Needed(TunedClassifier model, TokenTable rows) =>
        (long)sizeof(float) * model.Encoder.Config.HiddenSize * (IsAllFrozen(model) ? rows.Count : rows.Tokens);

    /// <summary>
    /// float32 [B, T, hidden], or [B, 1, hidden] if no layer is tuned; without gradient. What is behind a row's last token means nothing:
    /// attention does not see it.
    /// </summary>
    /// <param name="batch">Which rows.</param>
    /// <param name="padded">The same rows.</param>
    public Tensor Get(int[] batch, EncoderBatch padded)
    {
        using DisposeScope scope = NewDisposeScope();
        List<int> gaps = []; // places in the batch of the rows that are not kept
        for (int i = 0; i < batch.Length; i++)
        {
            if (_places[batch[i]] is null)
            {
                gaps.Add(i);
            }
        }

        if (gaps.Count == batch.Length)
        {
            return Compute(batch, padded).MoveToOuterDisposeScope();
        }

        Tensor states = zeros([batch.Length, _firstTokenOnly ? 1 : padded.Length, Hidden]);
        for (int i = 0; i < batch.Length; i++)
        {
            if (_places[batch[i]] is var (chunk, start))
            {
                using Tensor row = states[i];
                _chunks[chunk].AsSpan(start, Size(batch[i])).CopyTo(MemoryMarshal.Cast<byte, float>(row.bytes));
            }
        }

        if (gaps.Count > 0)
        {
            int[] missing = [.. gaps.Select(i => batch[i])];
            using EncoderBatch others = model.Pad(rows, missing);
            Tensor found = Compute(missing, others).cpu(); // [missing, T', hidden]
            states.narrow(1, 0, found.shape[1]).index_copy_(0, tensor([.. gaps.Select(i => (long)i)]), found);
        }

        return states.to(model.Encoder.Device).MoveToOuterDisposeScope();
    }

    // Then the head alone reads the states, and it reads first tokens.
    private static bool IsAllFrozen(TunedClassifier model) => model.Tuning.FrozenLayers == model.Encoder.Config.Layers;

    private int Hidden => model.Encoder.Config.HiddenSize;

    private int Size(int row) => (_firstTokenOnly ? 1 : rows.Length(row)) * Hidden;

    private Tensor Compute(int[] batch, EncoderBatch padded)
    {
        Tensor states = model.Below(padded);
        if (batch.Any(Fits))
        {
            using Tensor host = states.cpu().contiguous();
            for (int i = 0; i < batch.Length; i++)
            {
                using Tensor row = host[i];
                Keep(batch[i], MemoryMarshal.Cast<byte, float>(row.bytes));
            }
        }

        return states;
    }

    private void Keep(int row, ReadOnlySpan<float> states)
    {
        if (!Fits(row))
        {
            return;
        }

        int size = Size(row);
        if (size > Room && !Grow(size))
        {
            return;
        }

        states[..size].CopyTo(_chunks[^1].AsSpan(_filled));
        _places[row] = new Place(_chunks.Count - 1, _filled);
        _filled += size;
        _needed -= size;
        Kept++;
    }

    // Without memory for more, no more is kept: the rows that are not are computed each time.
    private bool Grow(int size)
    {
        try
        {
            // As small as what is left to keep.
            _chunks.Add(GC.AllocateUninitializedArray<float>((int)Math.Max(size, Math.Min(ChunkLength, Math.Min(_free, _needed)))));
        }
        catch (OutOfMemoryException)
        {
            _free = 0;
            return false;
        }

        _free -= _chunks[^1].Length;
        _filled = 0;
        return true;
    }

    private int Room => _chunks.Count == 0 ? 0 : _chunks[^1].Length - _filled;

    private bool Fits(int row) => Size(row) <= Math.Max(Room, _free);

    private readonly record struct Place(int Chunk, int Start);
}
