using System.Runtime.InteropServices;

namespace Microsoft.ML.AdaMix.Checkpoints;

/// <summary>
/// Native memory of a fixed length, which may be more than an array can have. Freed when disposed or finalised; the garbage collector is
/// told of its size.
/// </summary>
internal sealed unsafe partial class NativeBytes : SafeHandle
{
    // Linux gives large pages where it is asked to: five hundred times fewer faults until a block is filled.
    private const int LargePage = 2 << 20;
    private const int UseLargePages = 14; // MADV_HUGEPAGE

    private static long _live;

    private readonly long _length;

    /// <exception cref="OutOfMemoryException">The system has no room for it.</exception>
    public NativeBytes(long length)
        : base(0, ownsHandle: true)
    {
        SetHandle((nint)NativeMemory.AlignedAlloc(checked((nuint)length), length < 2 * LargePage ? 64u : LargePage));
        if (length >= 2 * LargePage && OperatingSystem.IsLinux())
        {
            _ = Advise(handle, (nuint)length, UseLargePages); // where it will not, pages are small
        }

        _length = length;
        Interlocked.Add(ref _live, length);
        if (length > 0)
        {
            GC.AddMemoryPressure(length);
        }
    }

    /// <summary>Bytes in this process that have not been freed.</summary>
    public static long Live => Volatile.Read(ref _live);

    public override bool IsInvalid => handle == 0;

    /// <summary>The first byte; valid while this object is referred to and not disposed.</summary>
    public byte* Start => (byte*)handle;

    protected override bool ReleaseHandle()
    {
        NativeMemory.AlignedFree(Start);
        Interlocked.Add(ref _live, -_length);
        if (_length > 0)
        {
            GC.RemoveMemoryPressure(_length);
        }

        return true;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint start, nuint length, int advice);
}
