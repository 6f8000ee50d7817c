using System.Text;
using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Files;
using Microsoft.ML.AdaMix.Tool.Study;
using Microsoft.ML.AdaMix.Tool.Terminal;

namespace Microsoft.ML.AdaMix.Tool.Reports;

/// <summary>
/// Writes tables and plots of a study from its results; what is missing is left out, so that an unfinished study can be looked at too.
/// </summary>
internal sealed class StudyReport(string folder, IReadOnlyList<StudySetting> settings, int seeds, ResultsFile results)
{
    /// <summary>Characters of a line of text; rows of tables have a line each.</summary>
    public const int LineWidth = 140;

    /// <summary>Writes the files of a table.</summary>
    /// <param name="table">The table.</param>
    /// <param name="warn">Hears of what the report that is replaced had beside.</param>
    /// <returns>Their names.</returns>
    public IReadOnlyList<string> Write(StudyTable table, Action<string> warn)
    {
        TableResults[] all = Collect(table);
        if (all.Length == 0)
        {
            return [];
        }

        StudyPlot[] plots = [.. StudyPlots.Of(all)];
        foreach (StudyPlot plot in plots)
        {
            plot.Save(Path.Combine(folder, plot.Name));
        }

        string markdown = $"{table.Name}.md";
        string path = Path.Combine(folder, markdown);
        string text = Text(table, all, plots);
        if (File.Exists(path) && ReplacedReport.LeftOut(File.ReadAllText(path), text) is { Count: > 0 } leftOut)
        {
            warn($"{markdown} had {string.Join(", ", leftOut)} too, which this command does not name. Their results are still in "
                + $"{StudyFolder.Results}: to have all in one report, name all in one command, with --report-only where nothing is to "
                + "run.");
        }

        AtomicFile.Write(path, file => file.Write(Encoding.UTF8.GetBytes(text)));
        return [markdown, .. plots.Select(plot => plot.Name)];
    }

    /// <summary>The Markdown of a table, without writing anything; empty where there are no results.</summary>
    public string Text(StudyTable table)
    {
        TableResults[] all = Collect(table);
        return all.Length == 0 ? "" : Text(table, all, [.. StudyPlots.Of(all)]);
    }

    /// <summary>What --json prints of a table.</summary>
    public JsonArray ToJson(StudyTable table) =>
        [.. settings.Select(setting => (JsonNode)StudyJson.From(TableResults.Collect(table, setting, seeds, results)))];

    private TableResults[] Collect(StudyTable table) => [.. settings
        .Select(setting => TableResults.Collect(table, setting, seeds, results))
        .Where(setting => setting.Variants.Any(variant => variant.Seeds.Count > 0 || variant.Failures.Count > 0))];

    private static string Text(StudyTable table, TableResults[] all, StudyPlot[] plots)
    {
        StringBuilder text = new();
        text.AppendLine($"# {table.Title}").AppendLine();
        AppendText(text, table.Note);
        AppendText(text, TableMarkdown.Guide);
        if (CostMarkdown.Note(all) is { Length: > 0 } note)
        {
            AppendText(text, note);
        }

        if (CalibrationMarkdown.Note(all) is { Length: > 0 } calibration)
        {
            AppendText(text, calibration);
        }

        if (table.Name == FewShotVariants.Name)
        {
            text.AppendLine("## Over splits").AppendLine();
            text.AppendLine(FewShotMean.Render(all, Wrap));
        }

        foreach (TableResults setting in all)
        {
            text.AppendLine($"## {setting.Setting.Title}").AppendLine();
            AppendText(text, $"{ResultsContext.Of(setting)}.");
            text.AppendLine(TableMarkdown.Accuracy(setting));
            foreach (string failure in TableMarkdown.Failures(setting))
            {
                AppendText(text, failure);
            }

            text.AppendLine(TableMarkdown.Quality(setting));
            if (CalibrationMarkdown.Render(setting) is { Length: > 0 } reliability)
            {
                text.AppendLine(reliability);
            }

            if (CostMarkdown.Render(setting) is { Length: > 0 } cost)
            {
                text.AppendLine(cost);
            }

            AppendPlots(text, plots.Where(plot => plot.Setting == setting.Setting));
        }

        foreach (IReadOnlyList<TableResults> group in OverviewMarkdown.Groups(all))
        {
            text.AppendLine($"## {OverviewMarkdown.Title(group)}").AppendLine();
            AppendText(text, OverviewMarkdown.Guide);
            AppendText(text, OverviewMarkdown.Context(group));
            text.AppendLine(OverviewMarkdown.Accuracy(group));
            text.AppendLine(OverviewMarkdown.LogLoss(group));
            if (OverviewMarkdown.CalibratedLogLoss(group) is { Length: > 0 } calibrated)
            {
                text.AppendLine(calibrated);
            }
        }

        AppendPlots(text, plots.Where(plot => plot.Setting is null));
        return text.ToString().ReplaceLineEndings("\n").TrimEnd() + "\n";
    }

    private static void AppendText(StringBuilder text, string paragraph) =>
        text.AppendLine(Wrap(paragraph)).AppendLine();

    private static string Wrap(string paragraph) => string.Join('\n', Wrapping.Wrap(paragraph, LineWidth));

    private static void AppendPlots(StringBuilder text, IEnumerable<StudyPlot> plots)
    {
        foreach (StudyPlot plot in plots)
        {
            text.AppendLine($"![{plot.Caption}]({plot.Name})").AppendLine();
        }
    }
}
