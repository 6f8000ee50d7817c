namespace Microsoft.ML.AdaMix.Methods;

/// <summary>
/// The methods there are, by name. A new method is registered here and nowhere else: files, JSON and the command line learn of it from its
/// options.
/// </summary>
/// <remarks>Safe to use from several threads.</remarks>
internal static class TuningMethods
{
    private static readonly Lock Lock = new();

    private static volatile TuningMethod[] _all =
    [
        new AdapterTuning(),
        new AdapterTuning { Placement = AdapterPlacement.Houlsby },
        new AdapterTuning { Placement = AdapterPlacement.Pfeiffer },
        new AdapterTuning { Placement = AdapterPlacement.Parallel },
        new LoraTuning(),
        new Ia3Tuning(),
        new BitFitTuning(),
        new PrefixTuning(),
        new PromptTuning(),
        new HeadOnlyTuning(),
        new FullFineTuning(),
    ];

    /// <summary>One of each name, with the options that a method has when nothing else is said.</summary>
    public static IReadOnlyList<TuningMethod> All => _all;

    /// <summary>All names.</summary>
    public static IEnumerable<string> Names => _all.Select(method => method.Name);

    /// <summary>Makes a method known under its name, also one from outside; one that has the name already is replaced.</summary>
    /// <param name="initial">The method as it is when nothing else is said.</param>
    public static void Register(TuningMethod initial)
    {
        lock (Lock)
        {
            _all = [.. _all.Where(method => !string.Equals(method.Name, initial.Name, StringComparison.OrdinalIgnoreCase)), initial];
        }
    }

    /// <summary>The method of a name, without regard to case; null if there is none.</summary>
    public static TuningMethod? Find(string name) =>
        Array.Find(_all, method => string.Equals(method.Name, name, StringComparison.OrdinalIgnoreCase));
}
