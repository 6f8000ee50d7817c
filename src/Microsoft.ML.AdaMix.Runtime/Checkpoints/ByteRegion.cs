using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace Microsoft.ML.AdaMix.Checkpoints;

/// <summary>
/// Read-only bytes at a fixed address: a mapped file, an embedded resource, or memory of its own. Lives as long as something refers to it;
/// on Windows a mapped file cannot be replaced during that time, elsewhere it can.
/// </summary>
internal sealed unsafe class ByteRegion
{
    // Enough for a disk to be fast; what was read is hashed while it is still in the processor's cache.
    private const int ReadLength = 1 << 20;

    private readonly byte* _start;
    private readonly object _owner; // keeps the memory alive
    private bool _readInPlace;

    private ByteRegion(byte* start, long length, object owner, bool isFile)
    {
        _start = start;
        Length = length;
        _owner = owner;
        IsFile = isFile;
    }

    public long Length { get; private set; }

    /// <summary>True if the system pages the bytes in from a file and may drop them again, so that keeping them costs no memory.</summary>
    public bool IsFile { get; }

    public static ByteRegion Map(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        if (file.Length == 0)
        {
            return From([]);
        }

        using MemoryMappedFile mapped = MemoryMappedFile.CreateFromFile(
            file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        MemoryMappedViewAccessor view = mapped.CreateViewAccessor(0, file.Length, MemoryMappedFileAccess.Read);

        // The view is not disposed: its handle unmaps the file by finalisation, when nothing refers to this region any more.
        byte* start = (byte*)view.SafeMemoryMappedViewHandle.DangerousGetHandle();
        return new ByteRegion(start + view.PointerOffset, file.Length, view, isFile: true);
    }

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

        return new ByteRegion(memory.Start, length, memory, isFile: false);
    }

    /// <summary>A copy of an array.</summary>
    public static ByteRegion From(ReadOnlySpan<byte> bytes)
    {
        byte[] pinned = GC.AllocateUninitializedArray<byte>(bytes.Length, pinned: true);
        bytes.CopyTo(pinned);
        return new ByteRegion((byte*)Marshal.UnsafeAddrOfPinnedArrayElement(pinned, 0), pinned.Length, pinned, isFile: false);
    }

    /// <summary>Uses the memory behind a stream, such as an assembly's resource, in place.</summary>
    public static ByteRegion From(UnmanagedMemoryStream stream) =>
        new(stream.PositionPointer, stream.Length - stream.Position, stream, isFile: true);

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

    /// <summary>The floats at an offset in place, or null if they do not lie on a four-byte boundary.</summary>
    public Memory<float>? Floats(long offset, int count)
    {
        Slice(offset, checked(count * sizeof(float)));
        if ((nuint)(_start + offset) % sizeof(float) != 0)
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
