using System.Collections.Concurrent;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Persistence;

/// <summary>Models loaded on the same encoder share it in memory. Encoders are known by their weights' hash and held weakly.</summary>
internal sealed class EncoderCache
{
    private readonly ConcurrentDictionary<string, WeakReference<LoadedEncoder>> _encoders = new(StringComparer.Ordinal);

    /// <summary>The encoder of that hash if a model that was loaded before still has it.</summary>
    public LoadedEncoder? Find(string hash, EncoderConfig config) =>
        _encoders.TryGetValue(hash, out WeakReference<LoadedEncoder>? known) && known.TryGetTarget(out LoadedEncoder? encoder) && encoder.Config == config ? encoder : null;

    public LoadedEncoder Add(string hash, LoadedEncoder encoder)
    {
        _encoders[hash] = new WeakReference<LoadedEncoder>(encoder);
        return encoder;
    }
}
