namespace Microsoft.ML.AdaMix.Reliability.Kills;

/// <summary>The kinds of work that are killed.</summary>
internal static class KillScenarios
{
    private static readonly Dictionary<string, Func<IKillScenario>> ByName = new(StringComparer.Ordinal)
    {
        ["training"] = () => new TrainingScenario(),
        ["studies"] = () => new StudyScenario(),
        ["exporting"] = () => new ExportingScenario(),
        ["saving"] = () => new SavingScenario(),
        ["checkpoints"] = () => new CheckpointScenario(),
    };

    /// <summary>Shares of all kills: what starts fast gets many; children that train load libtorch first.</summary>
    public static readonly IReadOnlyDictionary<string, int> Shares = new Dictionary<string, int>(StringComparer.Ordinal)
    {
        ["training"] = 1,
        ["studies"] = 1,
        ["exporting"] = 4,
        ["saving"] = 4,
        ["checkpoints"] = 14,
    };

    public static IReadOnlyCollection<string> Names => ByName.Keys;

    public static IKillScenario Create(string name) => ByName[name]();
}
