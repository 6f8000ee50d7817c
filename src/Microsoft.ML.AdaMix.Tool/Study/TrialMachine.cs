using System.Runtime.InteropServices;

namespace Microsoft.ML.AdaMix.Tool.Study;

/// <summary>What a training ran on.</summary>
/// <param name="Processor">The processor's name as the system gives it, otherwise its architecture.</param>
/// <param name="Cores">Cores that the process may use.</param>
/// <param name="System">Operating system and architecture.</param>
internal sealed record TrialMachine(string Processor, int Cores, string System)
{
    private const string LinuxProcessors = "/proc/cpuinfo";

    /// <summary>This machine.</summary>
    public static TrialMachine Current { get; } = new(
        ProcessorName() ?? $"{RuntimeInformation.ProcessArchitecture}", Environment.ProcessorCount, RuntimeInformation.RuntimeIdentifier);

    private static string? ProcessorName()
    {
        string? name = File.Exists(LinuxProcessors)
            ? File.ReadLines(LinuxProcessors).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?
                .Split(':', 2)[^1]
            : Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER"); // Windows
        return string.IsNullOrWhiteSpace(name) ? null : name.Trim();
    }
}
