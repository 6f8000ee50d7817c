namespace Microsoft.ML.AdaMix.Reliability.Kills;

/// <summary>Work that is killed in the middle, and what has to be there afterwards.</summary>
/// <remarks>A folder is used for kill after kill, so that each child finds what its forerunner left.</remarks>
internal interface IKillScenario
{
    /// <summary>What it is called on the command line.</summary>
    string Name { get; }

    /// <summary>The longest time, in milliseconds, after which a child that works is killed.</summary>
    int LongestMilliseconds { get; }

    /// <summary>Works in a folder until the process is killed. Called in a child.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="state">What the parent will see of it.</param>
    void Work(string folder, ChildState state);

    /// <summary>Loads what a killed child left and compares it with what an undisturbed one gives.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="state">The last that the child said.</param>
    /// <returns>What was lost or torn; null where nothing was.</returns>
    string? Check(string folder, ChildState state);
}
