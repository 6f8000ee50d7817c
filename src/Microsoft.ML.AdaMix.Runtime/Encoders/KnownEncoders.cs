namespace Microsoft.ML.AdaMix.Encoders;

/// <summary>The encoders that this process was told of.</summary>
internal static class KnownEncoders
{
    private static readonly Lock Lock = new();
    private static readonly List<Registration> Registrations = [];

    /// <summary>Registered ones, the latest first, and the embedded one.</summary>
    public static IReadOnlyList<PretrainedEncoder> All
    {
        get
        {
            lock (Lock)
            {
                return [.. Registrations.Select(registration => registration.Encoder).Reverse().Append(PretrainedEncoder.RobertaMini).Distinct()];
            }
        }
    }

    /// <returns>What <see cref="Remove"/> takes.</returns>
    public static object Add(PretrainedEncoder encoder)
    {
        Registration registration = new(encoder);
        lock (Lock)
        {
            Registrations.Add(registration);
        }

        return registration;
    }

    public static void Remove(object registration)
    {
        lock (Lock)
        {
            Registrations.Remove((Registration)registration);
        }
    }

    private sealed class Registration(PretrainedEncoder encoder)
    {
        public PretrainedEncoder Encoder { get; } = encoder;
    }
}
