using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;

namespace Microsoft.ML.AdaMix.Benchmarks.Training;

/// <summary>Runs each variant of <see cref="MemoryBenchmark"/> in a process of its own.</summary>
internal static class MemoryProcess
{
    private const string Name = "memory-process";
    private const string Large = "large";

    /// <summary>The hidden command that a process runs.</summary>
    public static System.CommandLine.Command CreateCommand()
    {
        Argument<string> encoder = new("encoder");
        Argument<string> variant = new("variant");
        System.CommandLine.Command command = new(Name) { encoder, variant };
        command.Hidden = true;
        command.SetAction(parsed => Console.WriteLine(JsonSerializer.Serialize(MemoryBenchmark.Measure(parsed.GetValue(encoder) == Large ? Encoders.Large() : Encoders.Base(), parsed.GetRequiredValue(variant)))));
        return command;
    }

    public static IEnumerable<MemoryFigures> Measure() => [.. MemoryBenchmark.Variants.Select(variant => Measure("base", variant)), .. MemoryBenchmark.LargeVariants.Select(variant => Measure(Large, variant))];

    private static MemoryFigures Measure(string encoder, string variant)
    {
        string host = Environment.ProcessPath!;
        string[] program = Path.GetFileNameWithoutExtension(host) == "dotnet" ? [typeof(MemoryProcess).Assembly.Location] : [];
        using Process process = Process.Start(new ProcessStartInfo(host, [.. program, Name, encoder, variant]) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? JsonSerializer.Deserialize<MemoryFigures>(output)!
            : throw new InvalidOperationException($"The measuring process of '{encoder}, {variant}' ended with code {process.ExitCode}.");
    }
}
