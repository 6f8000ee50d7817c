using System.CommandLine;
using Microsoft.ML.AdaMix.Extension.GatedShift;
using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.Tool.Commands;
using Microsoft.ML.AdaMix.Tool.Study;

namespace Microsoft.ML.AdaMix.Extension;

/// <summary>The command line takes the method and its options from their descriptions, and knows nothing else of them.</summary>
[TestClass]
public sealed class ToolTests
{
    [TestMethod]
    public async Task Help_shows_the_method_and_its_options()
    {
        string help = (await Run("train", "--help")).Output;

        Assert.Contains("gated-shift", help);
        Assert.Contains("--shift-deviation", help);
        Assert.Contains("Standard deviation of new vectors.", help);
    }

    [TestMethod]
    public void A_study_compares_the_method_alone_and_with_experts()
    {
        TrialConfiguration template = new()
        {
            Data = new DataReference("topics", "train.tsv", TestRows: null, Fingerprint: "none"),
            Encoder = new EncoderReference("random", Sha256: null),
            Options = new AdaMixOptions(),
            Seed = 1,
        };

        StudyTable table = MethodVariants.Table(["gated-shift", "adamix-gated-shift"], template);

        CollectionAssert.AreEqual((int[])[1, 4], table.Variants.Select(variant => variant.Configuration.Mixture.ExpertCount).ToArray());
        Assert.IsTrue(table.Variants.All(variant => variant.Configuration.Method is GatedShiftTuning));
    }

    [TestMethod]
    public void Options_reach_the_method()
    {
        MethodArguments arguments = new(TuningMethods.All, new AdaMixOptions().Method, "How the encoder is tuned");
        RootCommand command = [];
        foreach (Option option in arguments.All)
        {
            command.Add(option);
        }

        Assert.AreEqual(
            new GatedShiftTuning { Deviation = 0.1, Layers = 1..^1 },
            arguments.Read(command.Parse("--method gated-shift --shift-deviation 0.1 --layers 1..^1")));
    }

    [TestMethod]
    public async Task The_tool_trains_the_method_with_three_experts_and_saves_the_model()
    {
        string folder = Directory.CreateTempSubdirectory("adamix-extension-tool").FullName;
        string rows = Path.Combine(folder, "rows.tsv");
        string model = Path.Combine(folder, "model.zip");
        string topics = Path.Combine(Reference.Repository, "samples", "Quickstart", "data", "train.tsv");
        await File.WriteAllLinesAsync(rows, File.ReadLines(topics).Take(17)); // a header and 16 rows

        (int code, string output) = await Run(
            ["train", "--train", rows, "--save", model, "--epochs", "1", "--experts", "3", "--method", "gated-shift", "--shift-deviation",
                "0.1"]);

        Assert.AreEqual(0, code, output);
        Assert.IsTrue(File.Exists(model));
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<(int Code, string Output)> Run(params string[] args)
    {
        await using StringWriter output = new();
        int code = await AdaMixCommand.InvokeAsync(args, new InvocationConfiguration { Output = output, Error = output });
        return (code, output.ToString());
    }
}
