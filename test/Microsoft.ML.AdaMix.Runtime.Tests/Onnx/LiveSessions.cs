namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>The process's native sessions without those that other tests forgot.</summary>
internal static class LiveSessions
{
    public static int Count()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        return NativeSession.Live;
    }
}
