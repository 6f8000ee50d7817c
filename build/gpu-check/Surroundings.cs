using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.ML.AdaMix.Native;

namespace Microsoft.ML.AdaMix.GpuCheck;

/// <summary>Finds out where the program runs.</summary>
internal static partial class Surroundings
{
    public static EnvironmentLine Describe(Plan plan)
    {
        LibTorch.EnsureLoaded();
        string folder = Path.GetDirectoryName(File.ReadLines("/proc/self/maps").Select(line => line[(line.LastIndexOf(' ') + 1)..])
            .FirstOrDefault(path => path.EndsWith("libtorch_cpu.so", StringComparison.Ordinal))) ?? "unknown";
        string version = Path.Combine(folder, "..", "version.py"); // of a PyTorch
        string[]? card = plan.IsTrial ? null : Cards()?.Split(',');
        return new EnvironmentLine(
            card?[0].Trim() ?? "CPU", card?[1].Trim(), folder,
            File.Exists(version) ? Version().Match(File.ReadAllText(version)).Groups["version"].Value : null,
            Environment.ProcessorCount);
    }

    private static string? Cards()
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(
                "nvidia-smi", ["--query-gpu=name,driver_version", "--format=csv,noheader"]) { RedirectStandardOutput = true })!;
            string? first = process.StandardOutput.ReadLine();
            process.WaitForExit();
            return first?.Contains(',', StringComparison.Ordinal) == true ? first : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    [GeneratedRegex("__version__ *= *['\"](?<version>[^'\"]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Version();
}
