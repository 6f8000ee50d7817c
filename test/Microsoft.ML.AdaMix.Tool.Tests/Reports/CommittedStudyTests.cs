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

    private const string Hundred =
        "adamix,adamix-lora,full:head-start=random,adamix:consistency=12:epochs=43,adamix:consistency=2:epochs=43,"
        + "full:head-start=random:epochs=43,full:head-start=random:epochs=10,adamix:consistency=2:epochs=10";

    private const string ThreeHundred = "adamix,adamix-lora,full:head-start=random,adamix:consistency=2:epochs=16";

    private const string Unlabelled = "adamix,adamix:self-training-rounds=1";

    private const string Contrastive =
        "adamix:consistency=2,adamix:consistency=2:contrastive-rounds=10,adamix:consistency=2:epochs=58";

    [TestMethod]
    [DataRow("", Published, HeadStart.Random, 5)]
    [DataRow("minilm-l6", Published, HeadStart.Random, 5)]
    [DataRow("few-rows", Published, HeadStart.Random, 5)]
    [DataRow("few-rows-long", Published, HeadStart.Random, 5)]
    [DataRow("many-rows", Published, HeadStart.Random, 5)]
    [DataRow("defaults", Defaults, HeadStart.Discriminant, 5)]
    [DataRow("defaults/minilm-l6", Defaults + ",setfit", HeadStart.Discriminant, 5)]
    [DataRow("rows-100", Hundred, HeadStart.Discriminant, 2)]
    [DataRow("rows-300", ThreeHundred, HeadStart.Discriminant, 2)]
    [DataRow("rows-100-unlabelled", Unlabelled, HeadStart.Discriminant, 1)]
    [DataRow("rows-100-unlabelled/minilm-l6", Unlabelled, HeadStart.Discriminant, 1)]
    [DataRow("rows-300-unlabelled", Unlabelled + ",full:head-start=random", HeadStart.Discriminant, 1)]
    [DataRow("contrastive", Contrastive, HeadStart.Discriminant, 3)]
    [DataRow("contrastive/minilm-l6", Contrastive + ",setfit", HeadStart.Discriminant, 3)]
    public void Committed_tables_are_what_the_report_makes_of_the_committed_results(
        string name, string methods, HeadStart start, int seeds)
    {
        (string folder, TrialConfiguration[] trials) = Read(name);
        TrialConfiguration first = trials.FirstOrDefault(
            trial => trial.Method == new AdapterTuning() && trial.Mixture == MixtureOptions.Published && !trial.BestEpoch) ?? trials[0];
        int? epochs = name.StartsWith("rows-", StringComparison.Ordinal) ? null : first.Options.Epochs; // those commands set none
        TrialConfiguration template = first with { Rows = null, Seed = 0, Options = first.Options with { Epochs = epochs } };
        AblationTables ablations = new(template);
        AssertSame(folder, Settings(trials, Data), seeds, table => table == "compare"
            ? MethodVariants.Table(methods.Split(','), template with { Options = template.Options with { HeadStart = start } })
            : ablations.Find("all").Single(known => known.Name == table));
    }

    [TestMethod]
    [DataRow("fewshot", "sst2,subj", "head,bitfit,prompt,houlsby,template-adamix,template-full,template-adamix:consistency=12", 5)]
    [DataRow("fewshot/rte", "rte", "head,bitfit,prompt,houlsby,template-adamix,template-full", 2)]
    [DataRow("fewshot/check", "mrpc,trec6", "head,houlsby,template-adamix,template-full", 4)]
    [DataRow("fewshot/unlabelled", "sst2,trec6,subj", "template-adamix,template-adamix:self-training-rounds=1", 5)]
    [DataRow("fewshot/minilm-l6", "sst2,subj", "head,houlsby,adamix:consistency=2,setfit", 5)]
    public void So_are_those_of_few_rows(string name, string tasks, string methods, int splits)
    {
        (string folder, TrialConfiguration[] trials) = Read(name);
        StudySetting[] settings = Settings(trials, tasks.Split(','));
        TaskTemplates templates = new(settings.Select(setting => setting.Data).Distinct().ToDictionary(
            data => data,
            data => (Array.Find(trials, trial => trial.Data == data && trial.Options.Template is not null)?.Options.Template
                ?? new PromptTemplate(), TaskTemplates.Published)));
        StudyTable table = FewShotVariants.Table(
            methods.Split(','), trials[0] with { Rows = null, Seed = 0 }, trials[0].Encoder, steps: 300, templates.Find);
        bool hasTemplates = methods.Contains(FewShotVariants.WithTemplate, StringComparison.Ordinal);
        string note = string.Join(' ', [table.Note.TrimEnd(), .. hasTemplates ? templates.Describe() : []]);
        AssertSame(folder, settings, splits, _ => table with { Note = note });
    }

    private static (string Folder, TrialConfiguration[] Trials) Read(string name)
    {
        string folder = Path.Combine(Reference.Repository, "docs", "ablations", name);
        return (folder, [.. File.ReadLines(Path.Combine(folder, "results.jsonl")).Select(
            line => JsonSerializer.Deserialize<TrialResult>(line, Output.JsonFormat)!.Configuration)]);
    }

    private static StudySetting[] Settings(TrialConfiguration[] trials, string[] data) =>
        [.. trials.Select(trial => new StudySetting(trial.Data, trial.Rows) { TrainingCount = trial.Rows }).Distinct()
            .OrderBy(setting => Array.IndexOf(data, setting.Data.Name)).ThenBy(setting => setting.Rows)];

    private static void AssertSame(string folder, StudySetting[] settings, int seeds, Func<string, StudyTable> find)
    {
        using ResultsFile results = ResultsFile.Read(Path.Combine(folder, "results.jsonl"));
        StudyReport report = new(folder, settings, seeds, results);
        string[] files = Directory.GetFiles(folder, "*.md");
        Assert.IsNotEmpty(files);
        foreach (string file in files)
        {
            string expected = report.Text(find(Path.GetFileNameWithoutExtension(file)));
            if (Environment.GetEnvironmentVariable("ADAMIX_WRITE_DOCS") is not null)
            {
                File.WriteAllText(file, expected);
            }

            Assert.AreEqual(expected, File.ReadAllText(file).ReplaceLineEndings("\n"), file);
        }
    }
}
