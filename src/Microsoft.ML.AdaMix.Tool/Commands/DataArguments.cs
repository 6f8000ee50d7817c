using System.CommandLine;
using Microsoft.ML.AdaMix.Tool.Data;

namespace Microsoft.ML.AdaMix.Tool.Commands;

/// <summary>How files of rows are written and what their columns are called.</summary>
internal sealed class DataArguments
{
    private readonly Option<RowFormat?> _format = Choices.FromWords("--format",
        "How the files are written. Default: by their endings .tsv, .csv, .jsonl, .parquet.",
        RowFormats.Names.Where(format => format.Value != RowFormat.Lines).ToDictionary());
    private readonly Option<string?> _label = new("--label") { HelpName = "NAME", Description = "Column with the label. Default: label." };
    private readonly Option<string?> _text = new("--text")
    {
        HelpName = "NAME",
        Description = "Column with the text. Default: text, or sentence1 where there is no text column.",
    };
    private readonly Option<string?> _pair = new("--pair")
    {
        HelpName = "NAME",
        Description = "Column with the second text, where rows are pairs. Default: sentence2 beside sentence1.",
    };
    private readonly Option<string?> _weight = new("--weight")
    {
        HelpName = "NAME",
        Description = "Column with the rows' weights. Default: all rows count alike.",
    };

    private readonly ReadingArguments _reading = new();

    public Option<string> Separator { get; } = new("--separator")
    {
        HelpName = "TEXT",
        Description = "Between the labels of a row, for multilabel. Default: a comma.",
        DefaultValueFactory = _ => ",",
    };

    public IEnumerable<Option> Columns(bool weights) =>
        [_format, .. _reading.All, _label, _text, _pair, .. weights ? [_weight] : Array.Empty<Option>(), Separator];

    /// <summary>Reads a file as the command line says.</summary>
    public TextRows Read(ParseResult parsed, string path) =>
        TextRows.Read(path, _reading.Read(parsed, parsed.GetValue(_format)), Names(parsed));

    public ColumnNames Names(ParseResult parsed) => new()
    {
        Label = parsed.GetValue(_label),
        Text = parsed.GetValue(_text),
        Pair = parsed.GetValue(_pair),
        Weight = _weight.Parents.Any() ? parsed.GetValue(_weight) : null,
    };
}
