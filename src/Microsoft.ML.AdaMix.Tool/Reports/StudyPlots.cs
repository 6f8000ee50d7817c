using Microsoft.ML.AdaMix.Tool.Study;

namespace Microsoft.ML.AdaMix.Tool.Reports;

/// <summary>A plot of a study.</summary>
/// <param name="Name">Its file.</param>
/// <param name="Caption">What it shows.</param>
/// <param name="Setting">Of which setting it is; null for one over several.</param>
/// <param name="Save">Writes the file.</param>
internal sealed record StudyPlot(string Name, string Caption, StudySetting? Setting, Action<string> Save);

/// <summary>Which plots a table has.</summary>
internal static class StudyPlots
{
    /// <summary>All plots of a table.</summary>
    /// <param name="all">Its results on every setting that has some.</param>
    public static IEnumerable<StudyPlot> Of(IReadOnlyList<TableResults> all) =>
        [.. all.SelectMany(OfSetting), .. OverRows(all), .. all[0].Table.Name == "figure5" ? OverDataSets(all) : [], .. OverTasks(all)];

    private static IEnumerable<StudyPlot> OfSetting(TableResults results)
    {
        if (results.Variants.All(variant => variant.Seeds.Count == 0))
        {
            yield break; // only failures
        }

        string file = $"{results.Table.Name}-{results.Setting.FileName}";
        string caption = $"{results.Table.Title}: {results.Setting.Title}";
        switch (results.Table.Name)
        {
            case "figure5":
                Violin[] violins = [.. Violins.BySeed(results)];
                if (violins.Length > 0)
                {
                    yield return Plot("", caption, path => ViolinPlot.Save(
                        violins, ResultsContext.TestRows(results), new PlotTitle(results.Table.Title, ResultsContext.Of(Routes(results))),
                        "seed of the training", "test accuracy (%)", path));
                }

                break;
            case "figure7":
                yield return Plot("", caption, path => ConvergencePlot.Save(results, path));
                break;
            case "compare":
                yield return Plot("", caption, path => AccuracyPlot.Save(results, path));
                yield return Plot("-parameters", $"{caption}, against trained parameters", path => ParametersPlot.Save(results, path));
                break;
            default:
                yield return Plot("", caption, path => AccuracyPlot.Save(results, path));
                break;
        }

        StudyPlot Plot(string end, string title, Action<string> save) => new($"{file}{end}.png", title, results.Setting, save);
    }

    private static IEnumerable<StudyPlot> OverRows(IEnumerable<TableResults> all) => all
        .GroupBy(setting => setting.Setting.Data)
        .Select(group => group.ToArray())
        .Where(sizes => sizes.Length > 1)
        .Select(sizes => new StudyPlot(
            $"{sizes[0].Table.Name}-{sizes[0].Setting.Data.Name}-rows.png",
            $"{sizes[0].Table.Title}: {sizes[0].Setting.Data.Name} over training rows", null,
            path => RowsPlot.Save(sizes, path)));

    // Few rows: the mean over tasks.
    private static IEnumerable<StudyPlot> OverTasks(IReadOnlyList<TableResults> all)
    {
        TableResults[] means = [.. all.GroupBy(results => results.Setting.Rows).Select(same => FewShotMean.Of([.. same]))];
        bool isShown = all[0].Table.Name == FewShotVariants.Name && means.Length > 1
            && all.Select(results => results.Setting.Data).Distinct().Count() > 1;
        return isShown
            ? [new StudyPlot(
                $"{FewShotVariants.Name}-mean-rows.png", $"{all[0].Table.Title}: mean over tasks, over training rows", null,
                path => RowsPlot.Save(means, path))]
            : [];
    }

    // Data sets side by side; different numbers of rows of them in plots of their own.
    private static IEnumerable<StudyPlot> OverDataSets(IEnumerable<TableResults> all) => OverviewMarkdown.Groups(all)
        .Select(group => (group, Violins: group.SelectMany(Violins.Together).ToArray()))
        .Where(shown => shown.Violins.Length > 0)
        .Select(shown => new StudyPlot(
            shown.group[0].Setting.Rows is { } rows ? $"figure5-{rows}.png" : "figure5.png",
            $"{shown.group[0].Table.Title}: {OverviewMarkdown.Title(shown.group).ToLowerInvariant()}", null,
            path => ViolinPlot.Save(
                shown.Violins, shown.group.Min(ResultsContext.TestRows),
                new PlotTitle(
                    shown.group[0].Table.Title, $"{ResultsContext.Of([.. shown.group.Select(Routes)])}, routes of all seeds together"),
                "data set", "accuracy less that of the merged model (points)", path)));

    // Figure 5 has violins only of seeds whose routes were judged.
    private static TableResults Routes(TableResults results) => results with { Variants = [results.Variants[1]] };
}
