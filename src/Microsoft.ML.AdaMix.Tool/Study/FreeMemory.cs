using System.Runtime.InteropServices;

namespace Microsoft.ML.AdaMix.Tool.Study;

/// <summary>Gives memory that nobody uses back to the system between two trials, so that each one's peak is its own.</summary>
internal static partial class FreeMemory
{
    public static void Return()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        if (OperatingSystem.IsLinux())
        {
            TrimHeap();
        }
    }

    // glibc keeps what libtorch and ONNX Runtime freed; other C libraries have no such function and do not need it.
    private static void TrimHeap()
    {
        try
        {
            _ = TrimHeap(0);
        }
        catch (Exception error) when (error is EntryPointNotFoundException or DllNotFoundException)
        {
            // musl
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int TrimHeap(nuint keep);
}
