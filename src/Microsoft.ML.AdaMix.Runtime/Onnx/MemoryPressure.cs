namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>
/// Tells the garbage collector of native memory that it does not see, so that it comes for forgotten models in time.
/// </summary>
/// <remarks>Ends by disposal or finalisation. Not for several threads at once.</remarks>
internal sealed class MemoryPressure : IDisposable
{
    private long _bytes;

#pragma warning disable MA0055 // The collector's count is not a handle that frees itself.
    ~MemoryPressure() => End();
#pragma warning restore MA0055

    public void Add(long bytes)
    {
        if (bytes > 0)
        {
            GC.AddMemoryPressure(bytes);
            _bytes += bytes;
        }
    }

    public void Dispose()
    {
        End();
        GC.SuppressFinalize(this);
    }

    private void End()
    {
        if (_bytes > 0)
        {
            GC.RemoveMemoryPressure(_bytes);
            _bytes = 0;
        }
    }
}
