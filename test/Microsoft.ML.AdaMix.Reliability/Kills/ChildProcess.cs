using System.Diagnostics;

namespace Microsoft.ML.AdaMix.Reliability.Kills;

/// <summary>This program once more, in a process that is made to be killed.</summary>
internal static class ChildProcess
{
    /// <summary>The hidden command of a child.</summary>
    /// <remarks>It is looked at before the others: a child's start is most of what a kill costs.</remarks>
    public const string Command = "kills-child";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10); // of a machine that has much else to do

    /// <summary>Starts a child, and kills it a random time after it has begun to work.</summary>
    /// <returns>What went wrong with the child itself; null where it was killed at its work.</returns>
    public static string? StartAndKill(IKillScenario scenario, string folder, ChildState state, Random random)
    {
        state.IsReady = false;
        state.Operation = Operation.Computing;
        string host = Environment.ProcessPath!;
        string[] program = Path.GetFileNameWithoutExtension(host) == "dotnet" ? [typeof(ChildProcess).Assembly.Location] : [];
        ProcessStartInfo start = new(host, [.. program, Command, scenario.Name, folder])
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.Environment["TMPDIR"] = Path.Combine(folder, "temporary");
        start.Environment["DOTNET_TieredPGO"] = "0"; // no code lives long enough
        start.Environment["DOTNET_EnableDiagnostics"] = "0"; // whose pipes a kill would leave
        using Process child = Process.Start(start)!;
        Task<string> errors = child.StandardError.ReadToEndAsync();
        child.OutputDataReceived += (_, _) => { };
        child.BeginOutputReadLine();
        Stopwatch clock = Stopwatch.StartNew();
        while (!state.IsReady && !child.HasExited && clock.Elapsed < Patience)
        {
            Thread.Sleep(1);
        }

        if (!child.HasExited)
        {
            Wait(TimeSpan.FromMilliseconds(random.NextDouble() * scenario.LongestMilliseconds));
            if (random.Next(2) == 0)
            {
                WaitForOperation(state, TimeSpan.FromMilliseconds(scenario.LongestMilliseconds));
            }
        }

        bool ended = child.HasExited;
        child.Kill(); // SIGKILL
        child.WaitForExit();
        return ended ? $"The child ended by itself with code {child.ExitCode}: {errors.Result}"
            : state.IsReady ? null
            : $"The child did not begin to work within {Patience}.";
    }

    /// <summary>Ends this child with its parent, whose end of standard input closes then.</summary>
    public static void EndWithParent() => new Thread(() =>
    {
        Console.OpenStandardInput().ReadByte();
        Environment.Exit(1);
    })
    {
        IsBackground = true,
    }.Start();

    // Half of the kills hit an operation on files, which otherwise take a small part of the time.
    private static void WaitForOperation(ChildState state, TimeSpan longest)
    {
        Stopwatch clock = Stopwatch.StartNew();
        while (state.Operation == Operation.Computing && clock.Elapsed < longest)
        {
            Thread.SpinWait(20);
        }
    }

    // Finer than a sleep.
    private static void Wait(TimeSpan time)
    {
        Stopwatch clock = Stopwatch.StartNew();
        Thread.Sleep((int)time.TotalMilliseconds);
        while (clock.Elapsed < time)
        {
            Thread.SpinWait(20);
        }
    }
}
