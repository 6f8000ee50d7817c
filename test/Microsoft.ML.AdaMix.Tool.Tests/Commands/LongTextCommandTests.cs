using System.Collections;
using Microsoft.ML.AdaMix.Tool.Data;
using Microsoft.ML.AdaMix.Tool.Models;
using Microsoft.ML.AdaMix.Tool.Settings;
using Microsoft.ML.AdaMix.Tool.Study;

namespace Microsoft.ML.AdaMix.Tool.Tests.Commands;

/// <summary>Texts that are read in windows, from the command line.</summary>
[TestClass]
public sealed class LongTextCommandTests
{
    private static readonly TemporaryFolder Trained = new();

    private static string Model => Trained.At("model.zip");

    private static string Long => Trained.At("long.tsv");

    [ClassInitialize]
    public static async Task Train(TestContext context)
    {
        string words = string.Join(' ', Texts.Rows(8).Select(row => row.Text));
        Trained.Write("long.tsv", $"label\ttext\nanimal\t{words}\ntool\tof iron {words} and {words}\n");
        await Tool.Succeed(
            "train", "--train", Trained.Write("train.tsv", Texts.Tsv(8)), "--epochs", "1", "--save", Model, "--max-length", "16",
            "--long-texts", "max-logits", "--max-windows", "6", "--stride", "9");
    }

    [ClassCleanup]
    public static void Clean() => Trained.Dispose();

    [TestMethod]
    [DataRow("--max-windows", "6", true)]
    [DataRow("--stride", "9", true)]
    [DataRow("--long-texts", "max-logits", true)]
    [DataRow("--max-windows", "2", false)]
    [DataRow("--stride", "2", false)]
    [DataRow("--long-texts", "mean-logits", false)]
    public async Task Options_that_are_not_given_are_those_of_the_model(string option, string value, bool isModels)
    {
        string[] predict = ["predict", "--model", Model, "--data", Long, "--scores"];
        string expected = (await Tool.Succeed(predict)).Output;
        string found = (await Tool.Succeed([.. predict, option, value])).Output;
        Assert.AreEqual(isModels, expected == found, found);
    }

    [TestMethod]
    public void An_evaluation_that_is_cancelled_while_it_scores_gives_no_figures()
    {
        MLContext ml = new(1);
        using CancellationTokenSource stop = new();
        using SavedModel model = SavedModel.Load(ml, Model, null, null);
        TextRow[] rows = [new("animal", "a long text", "", 1, 1), new("tool", "another one", "", 1, 2)];
        TextRows texts = new("rows", new LastRowStops(rows, stop), ArePairs: false, AreWeighted: false);
        bool stopped = false;
        try
        {
            LabelledEvaluation.Evaluate(ml, model.Model, model.Task, texts, stop.Token);
        }
        catch (Exception error) when (error is OperationCanceledException or InvalidOperationException)
        {
            stopped = true; // ML.NET wraps it
        }

        Assert.IsTrue(stopped);
    }

    [TestMethod]
    [DataRow("train", "Default: none, texts are cut; mean-logits where another option of windows is given.")]
    [DataRow("predict", "Default: as the model was trained.")]
    [DataRow("evaluate", "Default: as the model was trained.")]
    public async Task Help_says_that_texts_are_cut_unless_windows_are_asked_for(string command, string standing)
    {
        Said said = await Tool.Succeed(command, "--help");
        string help = string.Join(" ", said.Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        string windows = help[help.IndexOf("in windows, and makes", StringComparison.Ordinal)..];
        string told = windows[windows.IndexOf("Default: ", StringComparison.Ordinal)..];
        Assert.StartsWith(standing, told);
    }

    [TestMethod]
    public async Task A_stride_that_does_not_fit_is_refused_by_the_name_of_its_option()
    {
        Said said = await Tool.Run("predict", "--model", Model, "--data", Long, "--stride", "14");
        Assert.AreNotEqual(0, said.Code);
        Assert.StartsWith("--stride is 14; expected are 0 to 13, since a window of --max-length 16 has ", said.Error);
    }

    [TestMethod]
    public async Task Texts_beyond_all_windows_are_told_with_what_reads_more_of_them_now()
    {
        Said said = await Tool.Succeed("evaluate", "--model", Model, "--data", Long);
        Assert.Contains("2 of 2 texts are longer than 6 windows of 16 tokens", said.Error);
        Assert.Contains("; a higher --max-windows of 'adamix evaluate' and 'adamix predict' reads more of them.", said.Error);
        Assert.DoesNotContain("training with", said.Error);
        said = await Tool.Succeed("evaluate", "--model", Model, "--data", Long, "--long-texts", "first");
        Assert.Contains(", and --long-texts of 'adamix evaluate' and 'adamix predict' reads them in windows.", said.Error);
    }

    [TestMethod]
    [DataRow("A MaxLength of more than 8, up to 9, reads more; LongTexts reads them in windows, up to LongTexts.MaxWindows of a text.")]
    [DataRow("The encoder reads no more at once; LongTexts reads them in windows.")]
    [DataRow("It can read 9 tokens; 9 is taken. LongTexts reads longer texts in windows.")]
    public void Studies_do_not_lead_to_windows_which_they_do_not_have(string warning)
    {
        string told = LibraryWords.Translate(warning);
        Assert.Contains("--long-texts", told);
        string left = StudyWords.Translate(told);
        Assert.DoesNotContain("windows", left);
        Assert.EndsWith(".", left);
        Assert.DoesNotContain("..", left);
    }

    // Cancels when its last row was read, which is before any is scored.
    private sealed class LastRowStops(TextRow[] rows, CancellationTokenSource stop) : IReadOnlyList<TextRow>
    {
        public int Count => rows.Length;

        public TextRow this[int index] => rows[index];

        public IEnumerator<TextRow> GetEnumerator()
        {
            foreach (TextRow row in rows)
            {
                yield return row;
            }

            stop.Cancel();
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
