namespace Microsoft.ML.AdaMix.Reliability.Kills;

/// <summary>The kinds of work that are killed.</summary>
internal static class KillScenarios
{
    private static readonly Dictionary<string, Func<IKillScenario>> ByName = new(StringComparer.Ordinal)
    {
        ["saving"] = () => new SavingScenario(),
        ["exporting"] = () => new ExportingScenario(),
        ["training"] = () => new TrainingScenario(),
        ["studies"] = () => new StudyScenario(),
    };

    /// <summary>Of how many kills in all each kind gets one: children that train load libtorch, which takes most of their time.</summary>
    public static readonly IReadOnlyDictionary<string, int> Shares = new Dictionary<string, int>(StringComparer.Ordinal)
    {
        ["saving"] = 10,
        ["exporting"] = 10,
        ["training"] = 1,
        ["studies"] = 1,
    };

    public static IReadOnlyCollection<string> Names => ByName.Keys;

    public static IKillScenario Create(string name) => ByName[name]();
}
