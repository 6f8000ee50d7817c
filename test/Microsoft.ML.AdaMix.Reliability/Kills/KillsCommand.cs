using System.CommandLine;
using Microsoft.ML.AdaMix.Files;

namespace Microsoft.ML.AdaMix.Reliability.Kills;

/// <summary><c>kills</c>: ends children by SIGKILL at random moments and compares what they left, bit for bit.</summary>
internal static class KillsCommand
{
    public static System.CommandLine.Command Create()
    {
        Argument<int> count = new("N") { Description = "How many kills, over all kinds." };
        Option<string[]> only = new("--only")
        {
            HelpName = "KIND",
            Description = $"Only these kinds of work: {string.Join(", ", KillScenarios.Names)}. Default: all.",
            AllowMultipleArgumentsPerToken = true,
        };
        only.AcceptOnlyFromAmong([.. KillScenarios.Names]);
        Option<int> seed = new("--seed") { Description = "Draws the moments. Default: 1.", DefaultValueFactory = _ => 1 };
        Option<int> parallel = new("--parallel")
        {
            HelpName = "P",
            Description = "How many children live at once. Default: as many as there are cores.",
            DefaultValueFactory = _ => Environment.ProcessorCount,
        };
        System.CommandLine.Command command = new(
            "kills", "Kills children at random moments of their work, and loads or resumes what they left.")
        {
            count, only, seed, parallel,
        };
        command.SetAction(parsed =>
        {
            string[] kinds = parsed.GetValue(only) is { Length: > 0 } given ? given : [.. KillScenarios.Names];
            return new KillRun(parsed.GetValue(count), kinds, parsed.GetValue(seed), parsed.GetValue(parallel)).Run() ? 0 : 1;
        });
        return command;
    }

    /// <summary>The life of a child.</summary>
    public static void Work(string kind, string folder)
    {
        ChildProcess.EndWithParent();
        using ChildState state = ChildState.Open(folder);
        using IDisposable use = FileSystem.Use(new ReportingDisk(state));
        KillScenarios.Create(kind).Work(folder, state);
    }
}
