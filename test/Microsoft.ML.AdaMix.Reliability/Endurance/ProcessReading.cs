using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Microsoft.ML.AdaMix.Reliability.Endurance;

/// <summary>What the process holds when garbage is gone.</summary>
/// <param name="Step">After how many steps.</param>
/// <param name="Managed">Bytes of objects on the managed heap.</param>
/// <param name="Native">Bytes that native code has allocated and not freed, as glibc counts them; 0 where there is no glibc.</param>
/// <param name="Resident">Bytes of the process in memory; beyond the other two, what allocators keep for later, code and stacks.</param>
/// <param name="Handles">Open files, sockets and the like.</param>
/// <param name="Threads">Threads.</param>
internal readonly partial record struct ProcessReading(int Step, long Managed, long Native, long Resident, int Handles, int Threads)
{
    private const string Descriptors = "/proc/self/fd";

    public static ProcessReading Take(int step)
    {
        for (int round = 0; round < 2; round++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        GC.Collect();
        using Process self = Process.GetCurrentProcess();
        return new ProcessReading(
            step, GC.GetTotalMemory(forceFullCollection: false), NativeBytes(), self.WorkingSet64,
            Directory.Exists(Descriptors) ? Directory.GetFileSystemEntries(Descriptors).Length : self.HandleCount, self.Threads.Count);
    }

    private static long NativeBytes()
    {
        try
        {
            HeapInformation heap = ReadHeap();
            return (long)(heap.InUse + heap.Mapped);
        }
        catch (Exception error) when (error is EntryPointNotFoundException or DllNotFoundException)
        {
            return 0;
        }
    }

    // struct mallinfo2 of glibc 2.33 and later; sums over all arenas.
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct HeapInformation
    {
        private readonly nuint _arena;
        private readonly nuint _freeChunks;
        private readonly nuint _fastChunks;
        private readonly nuint _mappings;
        public readonly nuint Mapped;
        private readonly nuint _unused;
        private readonly nuint _fastBytes;
        public readonly nuint InUse;
        private readonly nuint _free;
        private readonly nuint _releasable;
    }

    [LibraryImport("libc", EntryPoint = "mallinfo2")]
    private static partial HeapInformation ReadHeap();
}
