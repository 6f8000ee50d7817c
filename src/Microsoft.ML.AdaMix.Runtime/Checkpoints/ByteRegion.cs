using System.Runtime.InteropServices;

namespace Microsoft.ML.AdaMix.Checkpoints;

/// <summary>
/// Read-only bytes at a fixed address: memory of its own, or an assembly's resource. Lives as long as something refers to it.
/// </summary>
/// <remarks>
/// Files are read, not mapped: a mapped file that somebody truncates ends the process, and one that is written over changes the weights.
/// A file lies in one block of native memory, which may be longer than an array; several processes do not share it.
/// </remarks>
internal sealed unsafe class ByteRegion
{
    // Enough for a disk to be fast; what was read is hashed while it is still in the processor's cache.
    private const int ReadLength = 1 << 20;

    private readonly byte* _start;
    private readonly object _owner; // keeps the memory alive
    private bool _readInPlace;

    private ByteRegion(byte* start, long length, object owner)
    {
        _start = start;
        Length = length;
        _owner = owner;
    }

    public long Length { get; private set; }

    /// <summary>Reads what is left of a stream that knows its length.</summary>
    /// <exception cref="EndOfStreamException">The stream ends before.</exception>
    public static ByteRegion Read(Stream stream) => Read(stream, stream.Length - stream.Position);

    /// <summary>
    /// Reads exactly <paramref name="length"/> bytes into native memory, without a copy between. There may be more than an array can hold.
    /// </summary>
    /// <exception cref="EndOfStreamException">The stream ends before.</exception>
    public static ByteRegion Read(Stream stream, long length)
    {
        NativeBytes memory = new(length);
        try
        {
            for (long done = 0; done < length; done += ReadLength)
            {
                stream.ReadExactly(new Span<byte>(memory.Start + done, (int)Math.Min(ReadLength, length - done)));
            }
        }
        catch
        {
            memory.Dispose();
            throw;
        }

        return new ByteRegion(memory.Start, length, memory);
    }

    /// <summary>A copy of an array.</summary>
    public static ByteRegion From(ReadOnlySpan<byte> bytes)
    {
        byte[] pinned = GC.AllocateUninitializedArray<byte>(bytes.Length, pinned: true);
        bytes.CopyTo(pinned);
        return new ByteRegion((byte*)Marshal.UnsafeAddrOfPinnedArrayElement(pinned, 0), pinned.Length, pinned);
    }

    /// <summary>Uses the memory behind a stream, such as an assembly's resource, in place. No weights lie in it.</summary>
    public static ByteRegion From(UnmanagedMemoryStream stream) =>
        new(stream.PositionPointer, stream.Length - stream.Position, stream);

    public ReadOnlySpan<byte> Slice(long offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - length);
        GC.KeepAlive(_owner);
        return new ReadOnlySpan<byte>(_start + offset, length);
    }

    /// <summary>The bytes as a stream; whoever reads it keeps this region alive.</summary>
    public Stream ToStream() => new UnmanagedMemoryStream(_start, Length);

    /// <summary>
    /// The floats at an offset in place; null if they do not lie on a four-byte boundary, or the memory is an assembly's and could change.
    /// </summary>
    public Memory<float>? Floats(long offset, int count)
    {
        Slice(offset, checked(count * sizeof(float)));
        if (_owner is UnmanagedMemoryStream || (nuint)(_start + offset) % sizeof(float) != 0)
        {
            return null; // not in a conditional expression: there null would become an empty Memory
        }

        _readInPlace = true;
        return new FloatMemory(this, (float*)(_start + offset), count).Memory;
    }

    /// <summary>
    /// Ends the use of this region as a whole: frees its native memory now unless floats are read in place, which keep it until they go.
    /// </summary>
    public void Release()
    {
        if (!_readInPlace && _owner is NativeBytes memory)
        {
            Length = 0; // a later slice is refused
            memory.Dispose();
        }
    }

    private sealed class FloatMemory(ByteRegion region, float* start, int count) : System.Buffers.MemoryManager<float>
    {
        public override Span<float> GetSpan()
        {
            GC.KeepAlive(region);
            return new Span<float>(start, count);
        }

        public override System.Buffers.MemoryHandle Pin(int elementIndex = 0) => new(start + elementIndex, default, this);

        public override void Unpin()
        {
            // The address is fixed for as long as the region lives.
        }

        protected override void Dispose(bool disposing)
        {
            // The region goes with its last reference.
        }
    }
}
