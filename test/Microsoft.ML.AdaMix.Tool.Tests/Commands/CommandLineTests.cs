namespace Microsoft.ML.AdaMix.Tool.Tests.Commands;

[TestClass]
public sealed class CommandLineTests
{
    [TestMethod]
    [DataRow("train", "Mixture of adaptations:", "--experts N")]
    [DataRow("evaluate", "Model and data:", "--model PATH")]
    [DataRow("predict", "Output:", "--scores")]
    [DataRow("export", "Arguments:", "<model>")]
    [DataRow("export", "Output:", "--out DIR")]
    [DataRow("info", "Arguments:", "<model>")]
    [DataRow("ablate", "Arguments:", "<table>")]
    [DataRow("compare", "Study:", "--methods LIST")]
    public async Task Help_shows_groups_options_examples_and_exit_codes(string command, string group, string option)
    {
        Said said = await Tool.Succeed(command, "--help");
        StringAssert.Contains(said.Output, $"\n{group}\n", StringComparison.Ordinal);
        StringAssert.Contains(said.Output, $"\n  {option} ", StringComparison.Ordinal);
        StringAssert.Contains(said.Output, "\nExamples:\n  adamix ", StringComparison.Ordinal);
        StringAssert.Contains(said.Output, "130 cancelled", StringComparison.Ordinal);
        Assert.IsLessThanOrEqualTo(
            110, said.Lines.Where(line => !line.StartsWith("adamix", StringComparison.Ordinal)).Max(line => line.Length));
    }

    [TestMethod]
    public async Task Help_of_the_tool_names_all_commands()
    {
        Said said = await Tool.Succeed("--help");
        foreach (string command in new[] { "train", "evaluate", "predict", "info", "export", "import", "ablate", "compare" })
        {
            StringAssert.Contains(said.Output, $"\n  {command} ", StringComparison.Ordinal);
        }
    }

    [TestMethod]
    [DataRow("train", "'--train' is required")]
    [DataRow("train --train a.tsv --epochs two", "--epochs is 'two'; expected a whole number, 1 to 10000.")]
    [DataRow("train --train a.tsv --epochs 0", "--epochs is '0'; expected a whole number, 1 to 10000.")]
    [DataRow("train --train a.tsv --alpha x", "--alpha is 'x'; expected a number, more than 0.")]
    [DataRow("train --train a.tsv --method gpt", "--method is 'gpt'; expected adapter,")]
    [DataRow("train --train a.tsv --method prompt --reparameterization foo", "--reparameterization is 'foo'; expected none, mlp or lstm.")]
    [DataRow("train --train a.tsv --sharing 2", "--sharing is '2'; expected none, down, up or both.")]
    [DataRow("train --train a.tsv --matrices q", "--matrices is 'q'; expected some of query,")]
    [DataRow("train --train a.tsv --layers 6", "--layers is '6'; expected a range such as 6..12")]
    [DataRow("train --train a.tsv --patience 2", "--patience needs --validation")]
    [DataRow("export a.zip", "'--out' is required")]
    [DataRow("predict --model a.zip --json", "--json needs --output FILE")]
    [DataRow("ablate table1 --data a --out b", "'table1' is no table; expected table7,")]
    [DataRow("dance", "dance")]
    public async Task An_invalid_command_line_ends_with_code_2_and_says_what_is_expected(string line, string message)
    {
        Said said = await Tool.Run(line.Split(' '));
        Assert.AreEqual(2, said.Code);
        StringAssert.Contains(said.Error, message, StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow("train --train nowhere.tsv", "'nowhere.tsv' was not found")]
    [DataRow("train --train nowhere.tsv --encoder nowhere", "The encoder 'nowhere' is no folder")]
    [DataRow("evaluate --model nowhere.zip --data nowhere.xlsx", "the ending '.xlsx' says nothing of the format")]
    [DataRow("export nowhere.zip --out x", "The model 'nowhere.zip' was not found.")]
    [DataRow("info nowhere.zip", "The model 'nowhere.zip' was not found.")]
    [DataRow("predict --model nowhere.zip", "The model 'nowhere.zip' was not found.")]
    public async Task A_failure_ends_with_code_1_and_says_why_on_standard_error(string line, string message)
    {
        Said said = await Tool.Run(line.Split(' '));
        Assert.AreEqual(1, said.Code);
        Assert.AreEqual("", said.Output);
        StringAssert.Contains(said.Error, message, StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task A_file_that_is_no_model_is_refused()
    {
        using TemporaryFolder folder = new();
        Said said = await Tool.Run("predict", "--model", folder.Write("m.zip", "no model"), "--data", folder.Write("d.txt", "a text"));
        Assert.AreEqual(1, said.Code);
        StringAssert.Contains(said.Error, "cannot be loaded as an ML.NET model", StringComparison.Ordinal);
    }
}
