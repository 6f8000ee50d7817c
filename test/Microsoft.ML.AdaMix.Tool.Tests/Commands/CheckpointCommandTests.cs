using System.Globalization;
using Microsoft.ML.AdaMix.Training.Resuming;

namespace Microsoft.ML.AdaMix.Tool.Tests.Commands;

[TestClass]
public sealed class CheckpointCommandTests
{
    [TestMethod]
    public async Task Options_of_checkpoints_without_a_folder_are_refused()
    {
        foreach (string[] alone in (string[][])[["--resume"], ["--checkpoint-steps", "5"], ["--keep-checkpoints", "3"]])
        {
            Said said = await Tool.Run(["train", "--train", "rows.tsv", .. alone]);
            Assert.AreEqual(2, said.Code);
            StringAssert.Contains(said.Error, $"{alone[0]} needs --checkpoint", StringComparison.Ordinal);
        }
    }

    [TestMethod]
    public async Task Wrong_times_are_named_with_what_is_expected()
    {
        foreach (string time in (string[])["30", "-00:01:00", "soon", "00:00:00"])
        {
            Said said = await Tool.Run("train", "--train", "rows.tsv", $"--max-time={time}");
            Assert.AreEqual(2, said.Code, said.Error);
            StringAssert.Contains(said.Error, "01:30:00", StringComparison.Ordinal);
        }
    }

    [TestMethod]
    public async Task A_training_goes_on_only_with_resume_and_other_options_are_named_by_theirs()
    {
        using TemporaryFolder folder = new();
        string[] train = Train(folder);
        StringAssert.Contains((await Tool.Succeed([.. train, "--resume"])).Output, "no checkpoint yet", StringComparison.Ordinal);
        Said without = await Tool.Run(train);
        Assert.AreEqual(1, without.Code);
        StringAssert.Contains(without.Error, "Add --resume to go on from there", StringComparison.Ordinal);
        Said again = await Tool.Succeed([.. train, "--resume"]);
        StringAssert.Contains(again.Output, "Goes on after step 2 (nothing is left to train)", StringComparison.Ordinal);
        Said other = await Tool.Run([.. train, "--resume", "--weight-decay", "0.2", "--bottleneck", "3"]);
        Assert.AreEqual(1, other.Code);
        StringAssert.Contains(other.Error, "--weight-decay is the default there and 0.2 now", StringComparison.Ordinal);
        StringAssert.Contains(other.Error, "--bottleneck is 16 there and 3 now", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task A_training_that_is_stopped_says_how_to_go_on()
    {
        using TemporaryFolder folder = new();
        string[] train = [.. Train(folder, epochs: 200), "--checkpoint-steps", "1", "--resume"];
        using CancellationTokenSource stop = new();
        Task<Said> run = Tool.Run(stop.Token, train);
        while (CheckpointFolder.List(folder.At("run")).Count == 0 && !run.IsCompleted)
        {
            await Task.Delay(10, CancellationToken.None);
        }

        await stop.CancelAsync();
        Said said = await run;
        Assert.AreEqual(130, said.Code, said.Error);
        string newest = CheckpointFolder.List(folder.At("run"))[0];
        StringAssert.Contains(
            said.Error, string.Create(CultureInfo.InvariantCulture, $"up to step {CheckpointFolder.StepOf(newest)} of "),
            StringComparison.Ordinal);
        StringAssert.Contains(said.Error, "--resume", StringComparison.Ordinal);
        Assert.IsFalse(File.Exists(folder.At("model.zip")));
    }

    [TestMethod]
    [TestCategory("Slow")]
    [DataRow("TERM", 143)]
    [DataRow("HUP", 129)]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public async Task A_signal_ends_a_training_in_order_and_resume_gives_the_same_model(string signal, int code)
    {
        using TemporaryFolder folder = new();
        string train = string.Join(' ', Train(folder, epochs: 40).Select(word => $"'{word}'"));
        string line = $"{Tool.Line} {train} --resume --checkpoint-steps 1";
        Said stopped = await Tool.Shell(
            folder.Path,
            $"{line} & child=$!; until [ -e run/checkpoint-000000003.safetensors ]; do :; done; kill -{signal} $child; wait $child");
        Assert.AreEqual(code, stopped.Code, stopped.Error);
        Assert.IsNotEmpty(CheckpointFolder.List(folder.At("run")));
        Assert.AreEqual(0, (await Tool.Shell(folder.Path, line)).Code);
        string whole = line.Replace(folder.At("run"), folder.At("whole"), StringComparison.Ordinal);
        File.Move(folder.At("model.zip"), folder.At("resumed.zip"));
        Assert.AreEqual(0, (await Tool.Shell(folder.Path, whole)).Code);
        string predict = $"{Tool.Line} predict --data '{folder.At("rows.tsv")}' --scores --model";
        string expected = (await Tool.Shell(folder.Path, $"{predict} model.zip")).Output;
        Assert.AreEqual(expected, (await Tool.Shell(folder.Path, $"{predict} resumed.zip")).Output);
    }

    private static string[] Train(TemporaryFolder folder, int epochs = 1)
    {
        string rows = folder.Write("rows.tsv", string.Join('\n', Enumerable.Range(0, 8).Select(
            row => row % 2 == 0 ? $"animal\ta small furry mammal {row}" : $"tool\tit drives nails {row}").Prepend("label\ttext")));
        return
        [
            "train", "--train", rows, "--epochs", $"{epochs}", "--batch-size", "4", "--max-length", "16", "--save", folder.At("model.zip"),
            "--checkpoint", folder.At("run"),
        ];
    }
}
