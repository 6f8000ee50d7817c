using System.CommandLine;
using Microsoft.ML.AdaMix.Tool.Data;
using Microsoft.ML.AdaMix.Tool.Study;

namespace Microsoft.ML.AdaMix.Tool.Commands;

/// <summary>What the commands that judge methods on test rows say of these, and of how all files are read.</summary>
internal sealed class JudgedRowsArguments
{
    private readonly Option<string> _test = new("--test-file")
    {
        HelpName = "NAME",
        Description = "Test rows in a folder. Default: test.tsv.",
        DefaultValueFactory = _ => "test.tsv",
    };
    private readonly Option<int?> _testRows = Choices.Count(
        "--test-rows", "Judges on N test rows: the first, or where the file is sorted by label, N drawn by class. Default: all.");
    private readonly Option<string?> _label = new("--label") { HelpName = "NAME", Description = "Column with the label. Default: label." };
    private readonly Option<string?> _text = new("--text")
    {
        HelpName = "NAME",
        Description = "Column with the text. Default: text, or sentence1.",
    };
    private readonly Option<string?> _pair = new("--pair")
    {
        HelpName = "NAME",
        Description = "Column with the second text. Default: sentence2 beside sentence1.",
    };
    private readonly ReadingArguments _reading = new();
    private readonly Option<bool> _trustLabels = TrainCommand.TrustLabelsOption();

    public IEnumerable<Option> All => [_test, _testRows, _label, _text, _pair, .. _reading.All, _trustLabels];

    /// <summary>The file with the test rows.</summary>
    public string TestFile(ParseResult parsed) => parsed.GetRequiredValue(_test);

    /// <summary>How many test rows judge; null for all.</summary>
    public int? TestRows(ParseResult parsed) => parsed.GetValue(_testRows);

    /// <summary>What files and columns are called, and how they are read; training rows have no name yet.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="development">The file with development rows; empty for none.</param>
    public StudyFiles Read(ParseResult parsed, string development) => new(string.Empty, development, TestFile(parsed), new ColumnNames
    {
        Label = parsed.GetValue(_label),
        Text = parsed.GetValue(_text),
        Pair = parsed.GetValue(_pair),
    })
    {
        Reading = _reading.Read(parsed, format: null),
        TrustLabels = parsed.GetValue(_trustLabels),
    };
}
