using System.CommandLine;
using System.Globalization;
using System.Text.Json;

namespace Microsoft.ML.AdaMix.Reliability.Endurance;

/// <summary>Everything a service does, over and over: answers stay the same, and memory, handles and threads flat.</summary>
internal static class EnduranceCommand
{
    public static System.CommandLine.Command Create()
    {
        Option<double> scale = new("--scale")
        {
            HelpName = "F",
            Description = "The share of all steps: 1 takes about ten minutes on two cores.",
            DefaultValueFactory = _ => 1,
        };
        Option<string[]> only = new("--only")
        {
            HelpName = "PART",
            Description = $"Only these parts: {string.Join(", ", EnduranceParts.All.Select(part => $"'{part.Name}'"))}.",
            AllowMultipleArgumentsPerToken = true,
        };
        Option<string?> json = new("--json") { HelpName = "FILE", Description = "Also writes every reading to a file." };
        only.AcceptOnlyFromAmong([.. EnduranceParts.All.Append(EnduranceParts.Leak).Select(part => part.Name)]);
        System.CommandLine.Command command = new(
            "endurance", "Long life: a million predictions, and loads, engines, trainings and swaps by the thousand.")
        {
            scale, only, json,
        };
        command.SetAction(parsed => Run(parsed.GetValue(scale), parsed.GetValue(only) ?? [], parsed.GetValue(json)));
        return command;
    }

    /// <returns>The exit code: 0 if all parts are flat.</returns>
    private static int Run(double scale, string[] only, string? json)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        Console.WriteLine(PartResult.Header);
        List<PartResult> results = [];
        foreach (EndurancePart part in only.Length == 0 ? EnduranceParts.All : Array.ConvertAll(only, EnduranceParts.Find))
        {
            results.Add(PartProcess.Run(part, scale));
            Console.WriteLine(results[^1]);
        }

        if (json is not null)
        {
            File.WriteAllText(json, JsonSerializer.Serialize(results, JsonSerializerOptions.Web));
        }

        return results.TrueForAll(result => result.IsFlat) ? 0 : 1;
    }
}
