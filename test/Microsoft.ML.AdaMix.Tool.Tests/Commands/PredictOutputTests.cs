using System.Runtime.Versioning;

namespace Microsoft.ML.AdaMix.Tool.Tests.Commands;

[TestClass]
[UnsupportedOSPlatform("windows")]
public sealed class PredictOutputTests : IDisposable
{
    private static readonly TemporaryFolder Trained = new();

    private readonly TemporaryFolder _folder = new();

    private static string Model => Trained.At("model.zip");

    [ClassInitialize]
    public static async Task Train(TestContext context) =>
        await Tool.Succeed("train", "--train", Trained.Write("train.tsv", Texts.Tsv(8)), "--epochs", "1", "--save", Model);

    [ClassCleanup]
    public static void Clean() => Trained.Dispose();

    [TestMethod]
    public async Task How_far_it_is_stands_on_standard_error()
    {
        Said said = await Tool.Succeed(
            "predict", "--model", Model, "--data", _folder.Write("rows.tsv", Texts.Tsv(5)), "--output", _folder.At("out.tsv"));

        Assert.AreEqual("", said.Output);
        StringAssert.Contains(said.Error, "5 rows predicted in 0:0", StringComparison.Ordinal);
        StringAssert.Contains(said.Error, "rows/s", StringComparison.Ordinal);
        Assert.HasCount(6, File.ReadAllLines(_folder.At("out.tsv")));
    }

    [TestMethod]
    public async Task A_run_that_fails_late_leaves_the_older_predictions_and_nothing_else()
    {
        string rows = _folder.Write("rows.tsv", Texts.Tsv(8) + "one field\n");
        string output = _folder.Write("out.tsv", "old");

        Said said = await Tool.Run("predict", "--model", Model, "--data", rows, "--output", output, "--batch-size", "2");

        Assert.AreEqual(1, said.Code);
        Assert.AreEqual("old", File.ReadAllText(output));
        Assert.HasCount(2, Directory.GetFiles(_folder.Path));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task A_run_that_is_cancelled_leaves_what_was_there_and_nothing_else(bool existed)
    {
        UnixNames.Require();
        string rows = UnixNames.Pipe(_folder.At("rows.tsv"));
        string output = existed ? _folder.Write("out.tsv", "old") : _folder.At("out.tsv");
        using CancellationTokenSource cancellation = new();
        Task<Said> run = Tool.Run(cancellation.Token, "predict", "--model", Model, "--data", rows, "--output", output);
        await using StreamWriter writer = new(rows); // is there once the run has opened its rows
        await writer.WriteAsync(Texts.Tsv(4));
        await writer.FlushAsync(CancellationToken.None);

        await cancellation.CancelAsync();

        Assert.AreEqual(130, (await run).Code);
        Assert.AreEqual(existed, File.Exists(output));
        Assert.IsTrue(!existed || File.ReadAllText(output) == "old");
        Assert.HasCount(existed ? 2 : 1, Directory.GetFiles(_folder.Path));
    }

    [TestMethod]
    public async Task Predictions_go_straight_into_a_pipe_and_into_standard_output()
    {
        UnixNames.Require();
        string rows = _folder.Write("rows.tsv", Texts.Tsv(4));
        string expected = (await Tool.Succeed("predict", "--model", Model, "--data", rows)).Output;
        string pipe = UnixNames.Pipe(_folder.At("pipe"));
        Task<string> reader = Task.Run(() => File.ReadAllText(pipe));

        await Tool.Succeed("predict", "--model", Model, "--data", rows, "--output", pipe);
        Said shown = await Tool.Shell(
            _folder.Path, $"{Tool.Line} predict --model '{Model}' --data rows.tsv --output /dev/stdout > all.tsv");

        Assert.AreEqual(expected, await reader);
        Assert.AreEqual(0, shown.Code, shown.Error);
        Assert.AreEqual(expected, File.ReadAllText(_folder.At("all.tsv")));
    }

    [TestMethod]
    public async Task A_model_is_saved_through_a_link_and_into_a_device()
    {
        UnixNames.Require();
        File.CreateSymbolicLink(_folder.At("link.zip"), "disk/model.zip");
        string rows = Trained.At("train.tsv");

        await Tool.Succeed("train", "--train", rows, "--epochs", "1", "--save", _folder.At("link.zip"), "--save-mixture", "/dev/null");

        Assert.AreEqual("disk/model.zip", new FileInfo(_folder.At("link.zip")).LinkTarget);
        await Tool.Succeed("evaluate", "--model", _folder.At("disk/model.zip"), "--data", rows);
    }

    [TestMethod]
    public async Task If_the_mixture_cannot_be_written_the_model_is_there_all_the_same_and_the_other_way_round()
    {
        UnixNames.Require();
        if (!File.Exists("/dev/full"))
        {
            Assert.Inconclusive("There is no /dev/full here, a disk without room; this test is skipped.");
        }

        string[] train = ["train", "--train", Trained.At("train.tsv"), "--epochs", "1"];
        Said noMixture = await Tool.Run([.. train, "--save", _folder.At("model.zip"), "--save-mixture", "/dev/full"]);
        Said noModel = await Tool.Run([.. train, "--save", "/dev/full", "--save-mixture", _folder.At("mixture")]);

        Assert.AreEqual((1, 1), (noMixture.Code, noModel.Code));
        Assert.IsTrue(File.Exists(_folder.At("model.zip")) && File.Exists(_folder.At("mixture")));
    }

    [TestMethod]
    public async Task A_diagram_that_finds_no_room_names_its_option()
    {
        UnixNames.Require();
        if (!File.Exists("/dev/full"))
        {
            Assert.Inconclusive("There is no /dev/full here, a disk without room; this test is skipped.");
        }

        Said said = await Tool.Run(
            "evaluate", "--model", Trained.At("model.zip"), "--data", Trained.At("train.tsv"), "--reliability", "/dev/full");
        Assert.AreEqual(1, said.Code);
        StringAssert.Contains(said.Error, "--reliability cannot be written: ", StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
