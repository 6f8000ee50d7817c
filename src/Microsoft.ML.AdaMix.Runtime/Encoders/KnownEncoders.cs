using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Encoders;

/// <summary>
/// The encoders that this process knows: those that it was told of, until their registration ends, and by their SHA-256 those that models
/// loaded or saved as delta files use, as long as they use them. Safe for use by many threads.
/// </summary>
internal static class KnownEncoders
{
    private static readonly Lock Lock = new();
    private static readonly List<Registration> Registrations = [];
    private static readonly List<(string Sha256, WeakReference<LoadedEncoder> Encoder)> InMemory = [];

    /// <summary>Registered ones, the latest first, and the embedded one.</summary>
    public static IReadOnlyList<PretrainedEncoder> Registered
    {
        get
        {
            lock (Lock)
            {
                IEnumerable<PretrainedEncoder> registered = Registrations.Select(registration => registration.Encoder).Reverse();
                return [.. registered.Append(PretrainedEncoder.RobertaMini).Distinct()];
            }
        }
    }

    /// <returns>What <see cref="Unregister"/> takes.</returns>
    public static object Register(PretrainedEncoder encoder)
    {
        Registration registration = new(encoder);
        lock (Lock)
        {
            Registrations.Add(registration);
        }

        return registration;
    }

    public static void Unregister(object registration)
    {
        lock (Lock)
        {
            Registrations.Remove((Registration)registration);
        }
    }

    /// <summary>The encoder of that hash if a model that was loaded before still has it.</summary>
    public static LoadedEncoder? Find(string sha256, EncoderConfig config)
    {
        lock (Lock)
        {
            return InMemory.Where(known => known.Sha256 == sha256)
                .Select(known => known.Encoder.TryGetTarget(out LoadedEncoder? encoder) ? encoder : null)
                .FirstOrDefault(encoder => encoder?.Config == config);
        }
    }

    /// <summary>Notes an encoder, even where there is an equal one: that may go first. Forgets those that have gone.</summary>
    public static LoadedEncoder Add(string sha256, LoadedEncoder encoder)
    {
        lock (Lock)
        {
            InMemory.RemoveAll(known => !known.Encoder.TryGetTarget(out _));
            if (!InMemory.Exists(known => known.Encoder.TryGetTarget(out LoadedEncoder? other) && ReferenceEquals(other, encoder)))
            {
                InMemory.Add((sha256, new WeakReference<LoadedEncoder>(encoder)));
            }

            return encoder;
        }
    }

    /// <summary>The one that a model uses, or else the given one.</summary>
    public static LoadedEncoder FindOrAdd(string sha256, LoadedEncoder encoder)
    {
        lock (Lock)
        {
            return Find(sha256, encoder.Config) ?? Add(sha256, encoder);
        }
    }

    private sealed class Registration(PretrainedEncoder encoder)
    {
        public PretrainedEncoder Encoder { get; } = encoder;
    }
}
