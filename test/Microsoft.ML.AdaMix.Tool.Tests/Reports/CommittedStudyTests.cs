using System.Text.Json;
using Microsoft.ML.AdaMix.Tool.Reports;
using Microsoft.ML.AdaMix.Tool.Study;
using Microsoft.ML.AdaMix.Tool.Terminal;

namespace Microsoft.ML.AdaMix.Tool.Tests.Reports;

/// <summary>The tables of docs/ablations.</summary>
[TestClass]
public sealed class CommittedStudyTests
{
    private static readonly string[] Data = ["trec6", "sst2", "emotion", "wordnet-topics", "banking77"];

    private const string Published =
        "full,head,bitfit,ia3,houlsby,pfeiffer,parallel,lora,prefix,prompt,adapter,adamix-published,adamix-published-lora";

    private const string Defaults = "adamix,adamix-published,"
        + "full:head-start=random,full:head-start=random:learning-rate=2e-4,full,full:learning-rate=2e-4,"
        + "lora:head-start=random,adapter:consistency=1:head-start=random";

    [TestMethod]
    [DataRow("", Published, HeadStart.Random, 5)]
    [DataRow("minilm-l6", Published, HeadStart.Random, 5)]
    [DataRow("few-rows", Published, HeadStart.Random, 5)]
    [DataRow("few-rows-long", Published, HeadStart.Random, 5)]
    [DataRow("many-rows", Published, HeadStart.Random, 5)]
    [DataRow("defaults", Defaults, HeadStart.Discriminant, 5)]
    [DataRow("defaults/minilm-l6", Defaults + ",setfit", HeadStart.Discriminant, 5)]
    public void Committed_tables_are_what_the_report_makes_of_the_committed_results(
        string name, string methods, HeadStart start, int seeds)
    {
        string folder = Path.Combine(Reference.Repository, "docs", "ablations", name);
        TrialConfiguration[] trials = [.. File.ReadLines(Path.Combine(folder, "results.jsonl")).Select(
            line => JsonSerializer.Deserialize<TrialResult>(line, Output.JsonFormat)!.Configuration)];
        TrialConfiguration published = trials.First(
            trial => trial.Method == new AdapterTuning() && trial.Mixture == MixtureOptions.Published && !trial.BestEpoch);
        StudySetting[] settings = [.. trials.Select(trial => new StudySetting(trial.Data, trial.Rows)).Distinct()
            .OrderBy(setting => Array.IndexOf(Data, setting.Data.Name)).ThenBy(setting => setting.Rows)];
        TrialConfiguration template = published with { Rows = null, Seed = 0 };
        AblationTables ablations = new(template);
        using ResultsFile results = ResultsFile.Read(Path.Combine(folder, "results.jsonl"));
        StudyReport report = new(folder, settings, seeds, results);
        string[] files = Directory.GetFiles(folder, "*.md");
        Assert.IsNotEmpty(files);
        foreach (string file in files)
        {
            string table = Path.GetFileNameWithoutExtension(file);
            string expected = report.Text(
                table == "compare"
                    ? MethodVariants.Table(
                        methods.Split(','), template with { Options = template.Options with { HeadStart = start } })
                    : ablations.Find("all").Single(known => known.Name == table));
            Assert.AreEqual(expected, File.ReadAllText(file).ReplaceLineEndings("\n"), file);
        }
    }
}
