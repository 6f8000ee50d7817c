using System.Text.RegularExpressions;

namespace Microsoft.ML.AdaMix.Tool.Tests.Terminal;

/// <summary>What a real terminal gets to see.</summary>
[TestClass]
public sealed partial class RealTerminalTests
{
    [TestMethod]
    public void In_a_real_terminal_warnings_and_epochs_are_whole_lines()
    {
        (TerminalScreen screen, string sent, int code) = Train(80, "{0}");
        Assert.AreEqual(0, code, sent);
        Assert.Contains("\r\e[2K\e[?7l", sent);
        CollectionAssert.IsSubsetOf(
            new[]
            {
                "Warning: 8 rows in 1 epoch give too few steps: 1, where about 75 are wanted. "
                + "Raise --epochs to 75 or more.",
            },
            screen.Lines.ToArray());
        Assert.HasCount(1, screen.Lines.Where(line => EpochLine().IsMatch(line)), string.Join('\n', screen.Lines));
        Assert.DoesNotContain("\e[?25l", sent); // the cursor is never hidden
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void A_dumb_terminal_gets_plain_lines()
    {
        (TerminalScreen screen, string sent, int code) = Train(80, "TERM=dumb {0}");
        Assert.AreEqual(0, code, sent);
        Assert.DoesNotContain('\e', sent);
        Assert.HasCount(1, screen.Lines.Where(line => EpochLine().IsMatch(line)), sent);
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void Ctrl_C_ends_with_code_130_and_leaves_no_live_line()
    {
        (TerminalScreen screen, string sent, int code) = Train(80, "{0}", epochs: "500", interruptAt: "epoch 1/500");
        Assert.AreEqual(130, code, sent);
        Assert.AreEqual("Cancelled.", screen.Lines.Last(line => line.Length > 0));
        Assert.DoesNotContain("left  epoch", string.Join('\n', screen.Lines));
    }

    private static (TerminalScreen Screen, string Sent, int Code) Train(
        int width, string shell, string epochs = "1", string? interruptAt = null)
    {
        if (!PseudoTerminal.Exists)
        {
            Assert.Inconclusive("There is no program 'script' here to make a terminal with.");
        }

        using TemporaryFolder folder = new();
        (string sent, int code) = PseudoTerminal.Run(
            width, shell, interruptAt, "train", "--train", folder.Write("train.tsv", Texts.Tsv(8)), "--epochs", epochs,
            "--max-length", "16", "--method", "head", "--precision", "float32", "--save", folder.At("model.zip"));
        TerminalScreen screen = new(width);
        screen.Write(sent);
        return (screen, sent, code);
    }

    [GeneratedRegex(@"^epoch 1/1  loss \d[.,]\d+  \d+ rows/s  0:00 left$", RegexOptions.None, 1000)]
    private static partial Regex EpochLine();
}
