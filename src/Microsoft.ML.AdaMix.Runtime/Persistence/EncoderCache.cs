using System.Collections.Concurrent;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Persistence;

/// <summary>Models loaded on the same encoder share it in memory. Encoders are known by their weights' hash and held weakly.</summary>
internal sealed class EncoderCache
{
    private readonly ConcurrentDictionary<string, WeakReference<LoadedEncoder>> _encoders = new(StringComparer.Ordinal);

    public LoadedEncoder GetOrAdd(string hash, EncoderConfig config, Func<LoadedEncoder> load)
    {
        if (_encoders.TryGetValue(hash, out WeakReference<LoadedEncoder>? known) && known.TryGetTarget(out LoadedEncoder? encoder) && encoder.Config == config)
        {
            return encoder;
        }

        LoadedEncoder loaded = load();
        _encoders[hash] = new WeakReference<LoadedEncoder>(loaded);
        return loaded;
    }
}
