using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Tool.Terminal;

namespace Microsoft.ML.AdaMix.Reliability.Endurance;

/// <summary>A part in a process of its own: what one leaves behind, or its end by a signal, is not the next one's.</summary>
internal static class PartProcess
{
    private const string Name = "endurance-part";

    /// <summary>The hidden command that the process runs.</summary>
    public static System.CommandLine.Command CreateCommand()
    {
        Argument<string> part = new("part");
        Argument<double> scale = new("scale");
        System.CommandLine.Command command = new(Name) { part, scale };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            LibTorch.EnsureLoaded();
            LiveLine progress = new(Console.IsErrorRedirected ? null : Console.Error, () => Console.WindowWidth);
            PartResult result = EnduranceRun.Run(
                EnduranceParts.Find(parsed.GetRequiredValue(part)), parsed.GetValue(scale), progress);
            Console.Out.Write(JsonSerializer.Serialize(result));
        });
        return command;
    }

    /// <summary>Runs it, with its progress on this one's standard error.</summary>
    public static PartResult Run(EndurancePart part, double scale)
    {
        string self = Environment.ProcessPath!;
        bool isHost = Path.GetFileNameWithoutExtension(self) == "dotnet";
        ProcessStartInfo start = new(self, [
            .. isHost ? [typeof(PartProcess).Assembly.Location] : Array.Empty<string>(), Name, part.Name,
            scale.ToString("r", System.Globalization.CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
        };
        start.Environment["DOTNET_TieredCompilation"] = "0"; // a method is compiled once, not a second time in the middle of the readings
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? JsonSerializer.Deserialize<PartResult>(output)!
            : new PartResult(part.Name, 0, 0, part.Slack, [], $"the process ended with {process.ExitCode}");
    }
}
