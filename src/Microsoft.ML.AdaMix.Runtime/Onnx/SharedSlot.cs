namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>
/// Place of one shared resource. It does not keep the resource alive: one whose holders were all forgotten is collected and frees itself by
/// finalisation.
/// </summary>
/// <remarks>Safe for use by many threads.</remarks>
internal sealed class SharedSlot<T>
    where T : SharedResource
{
    private readonly Lock _lock = new();
    private readonly WeakReference<T?> _live = new(null);

    /// <summary>Gives the resource with one holder more; makes it where there is none, or where the last holder has gone.</summary>
    public T Retain(Func<T> create)
    {
        lock (_lock)
        {
            if (_live.TryGetTarget(out T? live) && live.TryRetain())
            {
                return live;
            }

            T made = create();
            _live.SetTarget(made);
            return made;
        }
    }
}
