using System.Text.Json;
using Microsoft.ML.AdaMix.Tool.Reports;
using Microsoft.ML.AdaMix.Tool.Study;
using Microsoft.ML.AdaMix.Tool.Terminal;

namespace Microsoft.ML.AdaMix.Tool.Tests.Reports;

/// <summary>The tables of docs/ablations.</summary>
[TestClass]
public sealed class CommittedStudyTests
{
    private static readonly string[] Data = ["trec6", "sst2", "emotion", "wordnet-topics"];
    private static readonly string[] Methods = [
        "full", "head", "bitfit", "ia3", "houlsby", "pfeiffer", "parallel", "lora", "prefix", "prompt", "adapter",
        "adamix-published", "adamix-published-lora"];

    [TestMethod]
    [DataRow("")]
    [DataRow("minilm-l6")]
    [DataRow("few-rows")]
    [DataRow("few-rows-long")]
    [DataRow("many-rows")]
    public void Committed_tables_are_what_the_report_makes_of_the_committed_results(string name)
    {
        string folder = Path.Combine(Reference.Repository, "docs", "ablations", name);
        TrialConfiguration[] trials = [.. File.ReadLines(Path.Combine(folder, "results.jsonl")).Select(
            line => JsonSerializer.Deserialize<TrialResult>(line, Output.JsonFormat)!.Configuration)];
        TrialConfiguration published = trials.First(
            trial => trial.Method == new AdapterTuning() && trial.Mixture == MixtureOptions.Published && !trial.BestEpoch);
        StudySetting[] settings = [.. trials.Select(trial => new StudySetting(trial.Data, trial.Rows)).Distinct()
            .OrderBy(setting => Array.IndexOf(Data, setting.Data.Name)).ThenBy(setting => setting.Rows)];
        AblationTables ablations = new(published with { Rows = null, Seed = 0 });
        using ResultsFile results = ResultsFile.Read(Path.Combine(folder, "results.jsonl"));
        StudyReport report = new(folder, settings, seeds: 5, results);
        string[] files = Directory.GetFiles(folder, "*.md");
        Assert.IsNotEmpty(files);
        foreach (string file in files)
        {
            string table = Path.GetFileNameWithoutExtension(file);
            string expected = report.Text(
                table == "compare"
                    ? MethodVariants.Table(Methods, published with { Rows = null, Seed = 0 })
                    : ablations.Find("all").Single(known => known.Name == table));
            Assert.AreEqual(expected, File.ReadAllText(file).ReplaceLineEndings("\n"), file);
        }
    }
}
