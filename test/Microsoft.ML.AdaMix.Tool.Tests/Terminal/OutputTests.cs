using Microsoft.ML.AdaMix.Tool.Terminal;

namespace Microsoft.ML.AdaMix.Tool.Tests.Terminal;

[TestClass]
public sealed class OutputTests
{
    private static readonly TrainingProgress Report = new()
    {
        Epoch = 1,
        Epochs = 2,
        Step = 30,
        Steps = 60,
        Loss = 0.5,
        ConsistencyLoss = 0.01,
        RowsPerSecond = 120,
        Remaining = TimeSpan.FromSeconds(75),
    };

    [TestMethod]
    [DataRow(40)]
    [DataRow(80)]
    [DataRow(140)]
    public void A_warning_from_any_thread_stands_whole_above_the_live_line(int width)
    {
        TerminalScreen screen = new(width);
        Output output = new(screen.Open(), screen.Open(), json: false, terminals: new Terminals(true, true, CanErase: true));
        string[] warnings = [.. Enumerable.Range(0, 40).Select(
            i => $"'rows {i}.tsv': {i} of 100 rows have no label and are left out, {new string((char)('a' + (i % 26)), i * 4)}.")];

        new TrainingDisplay(output).Show(progress =>
        {
            Parallel.ForEach(warnings, warning =>
            {
                progress.Report(Report);
                output.Warn(warning);
            });
            progress.Report(Report with { EpochEnded = true, ValidationMetric = 0.875, ValidationLoss = 0.3, BestEpoch = 1 });
            output.Error.Write("half a ");
            progress.Report(Report with { Epoch = 2 });
            output.Error.WriteLine("line");
            return 0;
        });
        output.Say("Saved.");

        CollectionAssert.AreEquivalent(
            new[] { "half a line", "Saved.", "" }.Concat(warnings.Select(warning => $"Warning: {warning}")).ToArray(),
            screen.Lines.Where(line => !line.StartsWith("epoch ", StringComparison.Ordinal)).ToArray());
        string epoch = screen.Lines.Single(line => line.StartsWith("epoch ", StringComparison.Ordinal));
        Assert.AreEqual(
            $"epoch 1/2  loss {0.5:F3}  consistency {0.01:F4}  validation {0.875:F3}, loss {0.3:F3} (best)  120 rows/s  1:15 left",
            epoch);
    }

    [TestMethod]
    [DataRow(40)]
    [DataRow(80)]
    [DataRow(140)]
    public void The_live_line_is_one_row_however_narrow_the_terminal_is(int width)
    {
        TerminalScreen screen = new(width);
        Output output = new(screen.Open(), screen.Open(), json: true, terminals: new Terminals(true, true, CanErase: true));
        output.Live.Show($"{Bar.Of(1, 2)}  {new string('x', 200)}\nmore");
        Assert.HasCount(1, screen.Lines);
        Assert.StartsWith("██████░░░░░░  50 %  xx", screen.Lines[0]);
        output.Live.Clear();
        CollectionAssert.AreEqual(new[] { "" }, screen.Lines.ToArray());
    }

    [TestMethod]
    [DataRow(false, true)]
    [DataRow(true, false)]
    [DataRow(false, false)]
    public void Without_a_terminal_that_erases_there_are_plain_lines(bool data, bool error)
    {
        using StringWriter screen = new();
        using StringWriter errors = new();
        Output output = new(screen, errors, json: false, terminals: new Terminals(data, error, CanErase: false));
        new TrainingDisplay(output).Show(progress =>
        {
            progress.Report(Report);
            progress.Report(Report with { EpochEnded = true });
            output.Warn("careful");
            return 0;
        });
        Assert.StartsWith("epoch 1/2  loss", screen.ToString());
        Assert.AreEqual(1, screen.ToString().Count(letter => letter == '\n'));
        Assert.AreEqual($"Warning: careful{Environment.NewLine}", errors.ToString());
    }

    [TestMethod]
    public void In_files_and_pipes_lines_within_an_epoch_tell_the_step_and_its_end_has_one_line()
    {
        using StringWriter screen = new();
        Output output = new(screen, screen, json: false, terminals: new Terminals(false, false, CanErase: false));
        new TrainingDisplay(output, betweenLines: TimeSpan.Zero).Show(progress =>
        {
            foreach (int step in new[] { 10, 30, 40, 60 })
            {
                int epoch = step <= 30 ? 1 : 2;
                progress.Report(Report with { Epoch = epoch, Step = step });
                if (step % 30 == 0)
                {
                    progress.Report(Report with { Epoch = epoch, Step = step, EpochEnded = true });
                }
            }

            return 0;
        });
        string[] lines = screen.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        string[] begin = ["step 10/60  epoch 1/2  loss", "epoch 1/2  loss", "step 40/60  epoch 2/2  loss", "epoch 2/2  loss"];
        Assert.HasCount(begin.Length, lines);
        foreach ((string expected, string line) in begin.Zip(lines))
        {
            Assert.StartsWith(expected, line);
        }
    }

    [TestMethod]
    [DataRow(50, 50, 1)]
    [DataRow(51, 26, 2)]
    [DataRow(300, 50, 6)]
    public void Of_many_epochs_at_most_fifty_have_a_line_and_the_last_one_always(int epochs, int lines, int first)
    {
        using StringWriter screen = new();
        Output output = new(screen, screen, json: false, terminals: new Terminals(false, false, CanErase: false));
        new TrainingDisplay(output).Show(progress =>
        {
            for (int epoch = 1; epoch <= epochs; epoch++)
            {
                progress.Report(Report with { Epoch = epoch, Epochs = epochs, Step = epoch, Steps = epochs, EpochEnded = true });
            }

            return 0;
        });
        string[] shown = screen.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.HasCount(lines, shown);
        Assert.StartsWith($"epoch {first}/{epochs} ", shown[0]);
        Assert.StartsWith($"epoch {epochs}/{epochs} ", shown[^1]);
    }

    [TestMethod]
    public void A_training_that_fails_leaves_no_live_line_behind()
    {
        TerminalScreen screen = new(80);
        Output output = new(screen.Open(), screen.Open(), json: false, terminals: new Terminals(true, true, CanErase: true));
        Assert.ThrowsExactly<InvalidOperationException>(() => new TrainingDisplay(output).Show<int>(progress =>
        {
            progress.Report(Report);
            throw new InvalidOperationException("diverged");
        }));
        output.Error.WriteLine("diverged");
        CollectionAssert.AreEqual(new[] { "diverged", "" }, screen.Lines.ToArray());
    }
}
