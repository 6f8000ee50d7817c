using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Tool.Reports;
using Microsoft.ML.AdaMix.Tool.Study;
using Microsoft.ML.AdaMix.Tool.Terminal;
using Microsoft.ML.AdaMix.Wording;

namespace Microsoft.ML.AdaMix.Tool.Commands;

/// <summary>What is left of a study once its command line and its rows are read: trials, tables and plots.</summary>
/// <param name="Name">The command.</param>
/// <param name="Folder">Where results, tables and plots are.</param>
/// <param name="ReportOnly">Whether nothing is run.</param>
/// <param name="RequirePlace">Finds libtorch and the device, before the first trial.</param>
internal sealed record StudyWork(string Name, string Folder, bool ReportOnly, Action RequirePlace)
{
    public required IReadOnlyList<StudyData> Data { get; init; }

    public required StudyEncoders Encoders { get; init; }

    public required IReadOnlyList<StudyTable> Tables { get; init; }

    public required IReadOnlyList<StudySetting> Settings { get; init; }

    /// <summary>Every trial runs with the seeds 1 to this one.</summary>
    public required int Seeds { get; init; }

    /// <summary>A warning of the library in the words of the command, which has not all of its options.</summary>
    public Func<string, string> Words { get; init; } = warning => warning;

    /// <returns>What --json prints.</returns>
    public JsonObject Run(Output output, CancellationToken cancellation)
    {
        IReadOnlyList<PlannedTrial> plan = StudyPlan.Create(Tables, Settings, Seeds);
        StudyCheck.Check(Data, plan);
        foreach (string twins in StudyCheck.Twins(Tables, Settings))
        {
            output.Warn(twins);
        }

        string folder = Path.GetFullPath(Folder);
        if (!ReportOnly)
        {
            StudyFolder.Create(folder);
        }

        string file = Path.Combine(folder, StudyFolder.Results);
        using ResultsFile results = ReportOnly ? ResultsFile.Read(file) : ResultsFile.Open(file);
        StudyRunner runner = new(Data, Encoders, results, folder, output) { Words = Words };
        int open = runner.Open(plan).Count;
        if (!ReportOnly)
        {
            if (open > 0)
            {
                RequirePlace(); // not once a trial
            }

            try
            {
                runner.Run(plan, new StudyDisplay(output), cancellation);
            }
            catch (Exception) when (cancellation.IsCancellationRequested)
            {
                IReadOnlyList<PlannedTrial> stopped = runner.Open(plan);
                int left = stopped.Count;
                throw new StoppedException(
                    $"Stopped with {plan.Count - left} of {Counts.Of(plan.Count, "trial")} done. The same command goes on from there, "
                    + (stopped.Count > 0 && stopped[0].Configuration.SetFit is not null
                        ? "and begins this trial, of setfit, anew."
                        : "within the trial that was begun."));
            }
        }

        StudyReport report = new(folder, Settings, Seeds, results);
        string[] written = [.. Tables.SelectMany(table => report.Write(table, output.Warn))];
        if (written.Length == 0)
        {
            throw new InvalidDataException(
                $"There are no results of this study in '{folder}'"
                + (results.Count > 0 ? $"; the {Counts.Of(results.Count, "result")} in {StudyFolder.Results} are of other options, data "
                    + "or encoders" : "")
                + ". Run the command without --report-only, or name the folder of the study with --out.");
        }

        Show(output, folder, written);
        WarnOfGaps(plan, runner.Open(plan).Count, results, output);
        return new JsonObject
        {
            ["command"] = Name,
            ["folder"] = folder,
            ["trials"] = plan.Count,
            ["ran"] = ReportOnly ? 0 : open,
            ["open"] = runner.Open(plan).Count,
            ["tables"] = new JsonObject(Tables.Select(table => KeyValuePair.Create(table.Name, (JsonNode?)report.ToJson(table)))),
            ["files"] = new JsonArray([.. written.Select(file => (JsonNode)JsonValue.Create(file))]),
        };
    }

    // A study goes on where a trial fails, so that it is said once more at the end.
    private void WarnOfGaps(IReadOnlyList<PlannedTrial> plan, int open, ResultsFile results, Output output)
    {
        if (ReportOnly && open > 0)
        {
            output.Warn($"{open} of {Counts.Of(plan.Count, "trial")} {(open == 1 ? "has" : "have")} no result yet.");
        }

        string[] reasons = [.. plan.Select(Reason).OfType<string>()];
        if (reasons.Length == 0)
        {
            return;
        }

        string message = $"{reasons.Length} of {Counts.Of(plan.Count, "trial")} failed: {reasons[0]}";
        if (reasons.Length == plan.Count)
        {
            throw new InvalidDataException(message);
        }

        output.Warn(message);

        string? Reason(PlannedTrial trial) => trial.Inferences.Select(inference => results.Find(trial.Key, inference)?.Error)
            .FirstOrDefault(error => error is not null);
    }

    private static void Show(Output output, string folder, IReadOnlyList<string> written)
    {
        foreach (string markdown in written.Where(file => file.EndsWith(".md", StringComparison.Ordinal)))
        {
            foreach (string line in File.ReadLines(Path.Combine(folder, markdown)).Where(
                line => !line.StartsWith("![", StringComparison.Ordinal)))
            {
                output.Say(line);
            }
        }

        output.Say($"Written to {folder}: {string.Join(", ", written)}");
    }
}
