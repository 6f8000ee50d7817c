using System.Security.Cryptography;
using Microsoft.ML.AdaMix.Tool.Reports;
using Microsoft.ML.AdaMix.Tool.Study;
using Microsoft.ML.AdaMix.Tool.Tests.Study;

namespace Microsoft.ML.AdaMix.Tool.Tests.Commands;

/// <summary>Each operation of what the commands write fails in each way, and is the last one before a kill.</summary>
[TestClass]
public sealed class EveryWriteTests
{
    private static readonly TrialConfiguration Trial = Trials.Published with { Seed = 1, BestEpoch = true };
    private static readonly InferenceMode Added = new(InferenceKind.Route, 3);

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Results_of_a_study(bool existed) => new EveryFault
    {
        Before = folder => Array.ForEach<InferenceMode>(existed ? [InferenceMode.Merged] : [], mode => Append(folder, mode)),
        Write = folder => Append(folder, Added),
        Read = folder =>
        {
            using ResultsFile results = ResultsFile.Read(folder.At("results.jsonl"));
            return $"{results.Count} {results.Find(Trial.Key, Added)?.Accuracy}";
        },
    }.Run();

    [TestMethod]
    [TestCategory("Slow")]
    public void A_plot_of_a_study()
    {
        using TemporaryFolder source = new();
        StudyTable table = MethodVariants.Table(["adamix", "lora"], Trials.Published);
        using ResultsFile results = ResultsFile.Open(source.At("results.jsonl"));
        Trials.Fill(results, table, [Trials.Setting], 2);
        StudyPlot plot = StudyPlots.Of([TableResults.Collect(table, Trials.Setting, 2, results)]).First();
        new EveryFault
        {
            Before = folder => folder.Write("plot.png", "old"),
            Write = folder => plot.Save(folder.At("plot.png")),
            Read = folder => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(folder.At("plot.png")))),
            Faults = [Fault.DiskFull, Fault.Kill],
        }.Run();
    }

    [TestMethod]
    [TestCategory("Slow")]
    public async Task Predictions()
    {
        using TemporaryFolder trained = new();
        string model = trained.At("model.zip");
        string rows = trained.Write("rows.tsv", Texts.Tsv(3));
        await Tool.Succeed("train", "--train", trained.Write("train.tsv", Texts.Tsv(8)), "--epochs", "1", "--save", model);
        new EveryFault
        {
            Before = folder => folder.Write("out.tsv", "old"),
            Write = folder =>
            {
                Said said = Tool.Run("predict", "--model", model, "--data", rows, "--output", folder.At("out.tsv"))
                    .GetAwaiter().GetResult();
                if (said.Code != 0)
                {
                    throw new IOException(said.Error);
                }
            },
            Read = folder => File.ReadAllText(folder.At("out.tsv")),
            Faults = [Fault.DiskFull, Fault.Kill],
        }.Run();
    }

    private static void Append(TemporaryFolder folder, InferenceMode mode)
    {
        using ResultsFile results = ResultsFile.Open(folder.At("results.jsonl"));
        results.Append(Trials.Result(Trial, mode, 0.9));
    }
}
