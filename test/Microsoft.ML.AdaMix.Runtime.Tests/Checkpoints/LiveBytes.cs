using Microsoft.ML.AdaMix.Checkpoints;

namespace Microsoft.ML.AdaMix.Runtime.Tests.Checkpoints;

/// <summary>The process's native bytes without those that other tests forgot.</summary>
internal static class LiveBytes
{
    public static long Count()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        return NativeBytes.Live;
    }
}
