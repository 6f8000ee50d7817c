using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.OptionDescriptions;

namespace Microsoft.ML.AdaMix.Tool.Tests.Commands;

/// <summary>What is wrong with a command line is found out from it alone, and ends with the exit code 2.</summary>
[TestClass]
public sealed class UsageTests
{
    [TestMethod]
    public async Task The_tool_alone_and_help_show_what_there_is()
    {
        Said alone = await Tool.Succeed();
        Assert.AreEqual("", alone.Error);
        StringAssert.Contains(alone.Output, "\n  train ", StringComparison.Ordinal);
        Assert.AreEqual(alone.Output, (await Tool.Succeed("help")).Output);
        Assert.AreEqual(alone.Output, (await Tool.Succeed("--help")).Output);
        foreach (string command in new[] { "train", "evaluate", "predict", "export", "import", "ablate", "compare" })
        {
            Assert.AreEqual((await Tool.Succeed(command, "--help")).Output, (await Tool.Succeed("help", command)).Output);
        }
    }

    [TestMethod]
    [DataRow("trian", "'adamix' has no command 'trian'. Did you mean train?")]
    [DataRow("help trian", "There is no command 'trian'; expected train,")]
    [DataRow("help trian", "Did you mean train?")]
    [DataRow("train --train a.tsv --epoch 3", "'adamix train' has no option '--epoch'. Did you mean --epochs?")]
    [DataRow("train --train a.tsv --Epochs 3", "'adamix train' has no option '--Epochs'. Did you mean --epochs?")]
    [DataRow("train --train a.tsv --best-epoch", "rows (--validation); --keep-last-epoch keeps the last.")]
    [DataRow("predict --modle a.zip", "'adamix predict' has no option '--modle'. Did you mean --model?")]
    [DataRow("compare --data a --out b --methods lora,adaptr", "Did you mean adapter?")]
    [DataRow("dance", "'adamix' has no command 'dance'.")]
    public async Task What_is_misspelt_is_answered_with_what_was_meant(string line, string message)
    {
        Said said = await Tool.Run(line.Split(' '));
        Assert.AreEqual(2, said.Code);
        Assert.AreEqual("", said.Output);
        StringAssert.Contains(said.Error, message, StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow("train --train a --method full --rank 2", "--rank is for lora; the method is full.")]
    [DataRow(
        "train --train a --method prefix --reparameterization lstm", "--reparameterization is 'lstm'; expected none or mlp for prefix.")]
    [DataRow("train --train a --method full --experts 4", "--experts is 4; expected 1, since the method full has no weights")]
    [DataRow("train --train a --experts 2 --fixed-expert 2", "--fixed-expert is 2; expected 0 up to and without --experts.")]
    [DataRow("train --train a --scale 0", "--scale is 0; expected a finite number that is not 0.")]
    [DataRow("train --train a --class-weights much", "--class-weights has 'much'; expected none, balanced, or weights")]
    [DataRow("train --train a --class-weights spam=-5", "--class-weights has 'spam=-5'; expected none, balanced, or weights of 0 or more")]
    [DataRow("train --train a --task regression --class-weights balanced", "--class-weights is 'set'; expected none for regression")]
    [DataRow("train --train a --task regression --label-smoothing 0.1", "--label-smoothing is 0.1; expected 0 for regression")]
    [DataRow("train --train a --validation 0.7", "--validation is 0.7; expected 0 to 0.5.")]
    [DataRow("train --train a --validation 0 --patience 2", "--patience needs validation rows")]
    [DataRow("train --train a --positive spam", "--positive is for --task binary; the task is multiclass.")]
    [DataRow("train --train a --separator ;", "--separator is for --task multilabel, between the labels of a row")]
    [DataRow("train --train a --logits-column Score", "--logits-column is 'Score'; expected a name that no column beside it has")]
    [DataRow("train --train a --embedding-column Text", "--embedding-column is 'Text'; expected a name that no column beside it has")]
    [DataRow("train --train a --logits-column a --embedding-column a", "--embedding-column is 'a'; expected a name")]
    [DataRow("train --train a --task binary --embedding-column LabelName", "A binary model has a column 'LabelName' already")]
    [DataRow("compare --data a --out b --methods lora,gpt", "--methods names 'gpt'; expected some of adapter,")]
    [DataRow("compare --data a --out b --methods lora,lora", "--methods is 'lora,lora'; expected different names")]
    [DataRow("compare --data a --out b --rows 5,x", "--rows has 'x'; expected numbers of 2 or more")]
    [DataRow("compare --data a/x,b/x --out b", "--data names 2 folders called 'x'")]
    [DataRow("compare --data , --out b", "--data is ','; expected folders of data sets")]
    [DataRow("ablate table7 --data a --out b --method lora --bottleneck 4", "--bottleneck is for adapter,")]
    public async Task What_no_file_could_make_right_is_said_before_any_file_is_read(string line, string message)
    {
        Said said = await Tool.Run(line.Split(' '));
        Assert.AreEqual(2, said.Code, said.Error);
        Assert.AreEqual("", said.Output);
        StringAssert.Contains(said.Error, message, StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Every_number_out_of_range_is_refused_with_its_option_and_range_and_nothing_of_the_library()
    {
        IEnumerable<(OptionDescription Option, string? Method)> options =
        [
            .. OptionDescription.For(typeof(AdaMixOptions)).Select(option => (option, (string?)null)),
            .. OptionDescription.For(typeof(MixtureOptions)).Select(option => (option, (string?)null)),
            .. TuningMethods.All.SelectMany(
                method => OptionDescription.For(method.GetType()).Select(option => (option, (string?)method.Name))),
        ];
        int tried = 0;
        foreach ((OptionDescription option, string? method) in options.Where(
            option => option.Option.IsOnCommandLine && option.Option.Range is { IsBounded: true }))
        {
            OptionRange range = option.Range!;
            double[] outside = [.. new[] { (range.HasMin, range.Min - 1), (range.HasMax && double.IsFinite(range.Max), range.Max + 1) }
                .Where(side => side.Item1)
                .Select(side => side.Item2)];
            foreach (double number in outside)
            {
                tried++;
                string[] patience = option.Name == nameof(AdaMixOptions.EarlyStoppingPatience) ? ["--validation", "0.1"] : [];
                string[] named = method is null ? [] : ["--method", method];
                Said said = await Tool.Run(["train", "--train", "nowhere.tsv", .. patience, .. named,
                    option.CommandLineName, OptionText.Write(number)]);
                Assert.AreEqual(2, said.Code, said.Error);
                string first = said.Error.Split('\n')[0];
                Assert.StartsWith($"{option.CommandLineName} is ", first);
                Assert.Contains($"{range}", first);
                Assert.DoesNotContain(option.Name, first);
            }
        }

        Assert.IsGreaterThan(50, tried);
    }

    [TestMethod]
    public async Task Every_described_option_is_an_option_of_train()
    {
        string help = (await Tool.Succeed("help", "train")).Output;
        foreach (OptionDescription option in new[] { typeof(AdaMixOptions), typeof(MixtureOptions) }.SelectMany(OptionDescription.For))
        {
            Assert.AreEqual(
                option.IsOnCommandLine, help.Contains($"\n  {option.CommandLineName}", StringComparison.Ordinal), option.CommandLineName);
        }
    }

    [TestMethod]
    [DataRow("--calibrate")]
    [DataRow("--calibrate --validation 0")]
    [DataRow("--calibrate --task multilabel")]
    public async Task Calibration_without_validation_rows_is_refused_before_any_file_is_read(string options)
    {
        Said said = await Tool.Run(["train", "--train", "nowhere.tsv", .. options.Split(' ')]);
        Assert.AreEqual(2, said.Code);
        StringAssert.StartsWith(said.Error, "--calibrate needs validation rows", StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow("--experts 1 --sharing down", "--sharing has no effect where --experts is 1.")]
    [DataRow("--experts 1 --routing token", "--routing has no effect where --experts is 1.")]
    [DataRow("--method full --sharing none", "--sharing has no effect: the method full has no mixture of experts.")]
    [DataRow("--method head --merged-steps 0.2", "--merged-steps has no effect: the method head has no mixture of experts.")]
    [DataRow("--method head --routing token", "--routing has no effect: the method head has no mixture of experts.")]
    [DataRow("--method head --supervision both", "--supervision has no effect: the method head has no mixture of experts, and without "
        + "--consistency each step makes one pass.")]
    [DataRow("--sharing both --experts 4", "--experts has no effect: the experts share both projections, so that all are the same.")]
    [DataRow("--fixed-expert 2", "--fixed-expert has no effect unless --routing is fixed.")]
    [DataRow("--sharing both --routing token", "--routing has no effect: the experts share both projections")]
    [DataRow("--consistency 0 --consistency-ramp-up 0.1", "--consistency-ramp-up has no effect where --consistency is 0.")]
    [DataRow("--task regression --consistency 2", "--consistency has no effect: a regression has no consistency term.")]
    [DataRow("--method prefix --reparameterization-size 8", "--reparameterization-size has no effect where --reparameterization is none.")]
    [DataRow("--keep-last-epoch", "--keep-last-epoch has no effect: there are no validation rows")]
    [DataRow("--task regression --calibrate", "--calibrate has no effect: a regression has no probabilities.")]
    [DataRow("--micro-batch-size 16", "--micro-batch-size has no effect: --batch-size is no more than it")]
    [DataRow("--method bitfit --no-frozen-dropout", "--no-frozen-dropout has no effect: the method bitfit tunes the encoder from")]
    [DataRow("--frozen-cache 10", "--frozen-cache has no effect: dropout acts below the first tuned layer")]
    public async Task An_option_that_changes_nothing_is_warned_of_before_any_file_is_read(string options, string message)
    {
        Said said = await Tool.Run(["train", "--train", "nowhere.tsv", .. options.Split(' ')]);
        Assert.AreEqual(1, said.Code); // the file is missing
        StringAssert.StartsWith(said.Error, $"Warning: {message}", StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow("--experts 1 --consistency 2")] // two passes differ by their dropout
    [DataRow("--method full --consistency 4 --supervision both")]
    [DataRow("--routing fixed --experts 4")] // the fixed one has to be among them
    [DataRow("--routing fixed --fixed-expert 2")]
    [DataRow("--validation 0.1 --keep-last-epoch --patience 2 --frozen-cache 10")]
    [DataRow("--validation 0.1 --calibrate")]
    [DataRow("--method lora --rank 4 --layers 2..4 --no-frozen-dropout --frozen-cache 10 --micro-batch-size 8")]
    [DataRow("--task binary --positive spam --class-weights balanced")]
    [DataRow("--task multilabel --separator ; --label-smoothing 0.1 --logits-column Logits --embedding-column Embedding")]
    public async Task Options_that_do_something_are_not_warned_of(string options)
    {
        Said said = await Tool.Run(["train", "--train", "nowhere.tsv", .. options.Split(' ')]);
        Assert.AreEqual(1, said.Code);
        StringAssert.StartsWith(said.Error, "'nowhere.tsv' was not found", StringComparison.Ordinal);
    }
}
