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
    /// <summary>Writes the files of a table.</summary>
    /// <returns>Their names.</returns>
    public IReadOnlyList<string> Write(StudyTable table)
    {
        TableResults[] all = [.. settings.Select(setting => TableResults.Collect(table, setting, seeds, results)).Where(
            setting => setting.Variants.Any(variant => variant.Seeds.Count > 0 || variant.Failures > 0))];
        if (all.Length == 0)
        {
            return [];
        }

        List<string> files = [];
        StringBuilder text = new();
        text.AppendLine($"# {table.Title}").AppendLine().AppendJoin('\n', Wrapping.Wrap(table.Note, 140)).AppendLine().AppendLine();
        text.AppendLine($"Mean ± standard deviation over seeds. p: two-sided paired t-test over seeds against the variant in bold.")
            .AppendLine();
        foreach (TableResults setting in all)
        {
            text.AppendLine(TableMarkdown.Render(setting));
            foreach ((string name, string caption) in Plot(setting))
            {
                files.Add(name);
                text.AppendLine($"![{caption}]({name})").AppendLine();
            }
        }

        if (all.Length > 1)
        {
            text.AppendLine(TableMarkdown.Overview(all));
        }

        foreach (string name in PlotOverSettings(table, all))
        {
            files.Add(name);
            text.AppendLine($"![{table.Title}]({name})").AppendLine();
        }

        string markdown = $"{table.Name}.md";
        AtomicFile.Write(Path.Combine(folder, markdown), file => file.Write(Encoding.UTF8.GetBytes(text.ToString().TrimEnd() + "\n")));
        return [markdown, .. files];
    }

    /// <summary>What --json prints of a table.</summary>
    public JsonArray ToJson(StudyTable table) =>
        [.. settings.Select(setting => (JsonNode)ToJson(TableResults.Collect(table, setting, seeds, results)))];

    private static JsonObject ToJson(TableResults results) => new()
    {
        ["data"] = results.Setting.Data.Name,
        ["rows"] = results.Setting.Rows,
        ["variants"] = new JsonArray([.. results.Variants.Select(variant =>
        {
            PairedTest test = PairedTest.From(variant.Accuracies, results.Reference.Accuracies);
            return (JsonNode)new JsonObject
            {
                ["name"] = variant.Variant.Name,
                ["seeds"] = variant.Seeds.Count,
                ["failed"] = variant.Failures,
                ["accuracy"] = JsonNumber.From(variant.Accuracy.Mean),
                ["deviation"] = JsonNumber.From(variant.Accuracy.Deviation),
                ["difference"] = JsonNumber.From(test.Difference),
                ["p"] = JsonNumber.From(test.P),
                ["macroAccuracy"] = JsonNumber.From(variant.Summarize(seed => seed.MacroAccuracy).Mean),
                ["logLoss"] = JsonNumber.From(variant.Summarize(seed => seed.LogLoss).Mean),
                ["trainedParameters"] = JsonNumber.From(variant.Summarize(seed => seed.Training?.Parameters).Mean),
                ["trainSeconds"] = JsonNumber.From(variant.Summarize(seed => seed.Training?.Seconds).Mean),
                ["processorSeconds"] = JsonNumber.From(variant.Summarize(seed => seed.Training?.ProcessorSeconds).Mean),
                ["peakMegabytes"] = JsonNumber.From(variant.Summarize(seed => seed.Training?.PeakMegabytes).Mean),
            };
        })]),
    };

    private IEnumerable<(string Name, string Caption)> Plot(TableResults results)
    {
        string name = results.Table.Name;
        string caption = $"{results.Table.Title}: {results.Setting.Title}";
        switch (name)
        {
            case "figure5":
                Violin[] violins = [.. Violins.BySeed(results)];
                if (violins.Length > 0)
                {
                    yield return (Save($"{name}-{results.Setting.FileName}.png",
                        path => ViolinPlot.Save(
                            violins, Violins.TestRows(results), results.Setting.Title, "seed", "test accuracy (%)", path)), caption);
                }

                break;
            case "figure7":
                yield return (Save($"{name}-{results.Setting.FileName}.png", path => ConvergencePlot.Save(results, path)), caption);
                break;
            case "compare":
                yield return (Save($"{name}-{results.Setting.FileName}.png", path => AccuracyPlot.Save(results, path)), caption);
                yield return (Save($"{name}-{results.Setting.FileName}-parameters.png", path => ParametersPlot.Save(results, path)),
                    $"{caption}, against trained parameters");
                break;
            default:
                yield return (Save($"{name}-{results.Setting.FileName}.png", path => AccuracyPlot.Save(results, path)), caption);
                break;
        }
    }

    private IEnumerable<string> PlotOverSettings(StudyTable table, TableResults[] all)
    {
        foreach (TableResults[] sizes in all.GroupBy(setting => setting.Setting.Data).Select(group => group.ToArray()).Where(
            sizes => sizes.Length > 1))
        {
            yield return Save($"{table.Name}-{sizes[0].Setting.Data.Name}-rows.png", path => RowsPlot.Save(sizes, path));
        }

        if (table.Name == "figure5" && all.Length > 1)
        {
            Violin[] violins = [.. all.SelectMany(Violins.Together)];
            yield return Save($"{table.Name}.png",
                path => ViolinPlot.Save(
                    violins, all.Min(Violins.TestRows), "All seeds together", "data", "accuracy against merged model (points)", path));
        }
    }

    private string Save(string name, Action<string> save)
    {
        save(Path.Combine(folder, name));
        return name;
    }
}
