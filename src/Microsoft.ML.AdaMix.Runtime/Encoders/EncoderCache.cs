using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Encoders;

/// <summary>Models loaded on the same encoder share it in memory. Encoders are known by their hash and held weakly.</summary>
internal sealed class EncoderCache
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, List<WeakReference<LoadedEncoder>>> _encoders = new(StringComparer.Ordinal);

    /// <summary>The encoder of that hash if a model that was loaded before still has it.</summary>
    public LoadedEncoder? Find(string hash, EncoderConfig config)
    {
        lock (_lock)
        {
            return Alive(hash).FirstOrDefault(encoder => encoder.Config == config);
        }
    }

    /// <summary>Notes an encoder, even where there is an equal one: that may go first.</summary>
    public LoadedEncoder Add(string hash, LoadedEncoder encoder)
    {
        lock (_lock)
        {
            LoadedEncoder[] alive = [.. Alive(hash)];
            if (!alive.Contains(encoder, ReferenceEqualityComparer.Instance))
            {
                _encoders[hash] = [.. alive.Append(encoder).Select(known => new WeakReference<LoadedEncoder>(known))];
            }

            return encoder;
        }
    }

    /// <summary>The one that a model uses, or else the given one.</summary>
    public LoadedEncoder FindOrAdd(string hash, LoadedEncoder encoder)
    {
        lock (_lock)
        {
            return Find(hash, encoder.Config) ?? Add(hash, encoder);
        }
    }

    private IEnumerable<LoadedEncoder> Alive(string hash) => _encoders.TryGetValue(hash, out List<WeakReference<LoadedEncoder>>? known)
        ? known.Select(reference => reference.TryGetTarget(out LoadedEncoder? encoder) ? encoder : null).OfType<LoadedEncoder>()
        : [];
}
