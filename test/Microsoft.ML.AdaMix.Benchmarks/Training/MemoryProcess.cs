using System.CommandLine;
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
        command.SetAction(parsed => Console.WriteLine(
            JsonSerializer.Serialize(MemoryBenchmark.Measure(
                parsed.GetValue(encoder) == Large ? Encoders.Large() : Encoders.Base(), parsed.GetRequiredValue(variant)))));
        return command;
    }

    public static IEnumerable<MemoryFigures> Measure() => [
        .. MemoryBenchmark.Variants.Select(variant => Measure("base", variant)),
        .. MemoryBenchmark.LargeVariants.Select(variant => Measure(Large, variant))];

    private static MemoryFigures Measure(string encoder, string variant) => ChildProcess.Run<MemoryFigures>(Name, encoder, variant);
}
