using System.Diagnostics;
using System.Text.Json;

namespace Microsoft.ML.AdaMix.Benchmarks;

/// <summary>This program once more, in a process of its own, for what a process can be measured for once only.</summary>
internal static class ChildProcess
{
    /// <summary>Runs a hidden command and reads the figures that it writes as one line of JSON.</summary>
    public static T Run<T>(params string[] arguments)
    {
        string host = Environment.ProcessPath!;
        string[] program = Path.GetFileNameWithoutExtension(host) == "dotnet" ? [typeof(ChildProcess).Assembly.Location] : [];
        using Process process = Process.Start(new ProcessStartInfo(host, [.. program, .. arguments]) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? JsonSerializer.Deserialize<T>(output)!
            : throw new InvalidOperationException(
                $"The measuring process '{string.Join(' ', arguments)}' ended with code {process.ExitCode}; what it wrote to standard "
                + "error says why.");
    }
}
