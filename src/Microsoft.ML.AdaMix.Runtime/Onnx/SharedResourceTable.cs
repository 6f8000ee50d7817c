using System.Runtime.CompilerServices;

namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>
/// One live resource per key object (by reference). Neither key nor resource is kept alive by the table: a resource whose holders were
/// all forgotten is collected and frees itself by finalisation.
/// </summary>
internal sealed class SharedResourceTable<TKey, TResource>
    where TKey : class
    where TResource : SharedResource
{
    private readonly ConditionalWeakTable<TKey, WeakReference<TResource?>> _resources = [];

    /// <summary>Gives the key's resource with one holder more; makes it where there is none, or where the last holder has gone.</summary>
    public TResource Retain(TKey key, Func<TKey, TResource> create)
    {
        WeakReference<TResource?> current = _resources.GetValue(key, _ => new WeakReference<TResource?>(null));
        lock (current)
        {
            if (current.TryGetTarget(out TResource? live) && live.TryRetain())
            {
                return live;
            }

            TResource made = create(key);
            current.SetTarget(made);
            return made;
        }
    }
}
