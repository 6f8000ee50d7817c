using System.CommandLine;
using Microsoft.ML.AdaMix.Tool.Data;
using Microsoft.ML.AdaMix.Tool.Models;

namespace Microsoft.ML.AdaMix.Tool.Commands;

/// <summary>How files of rows are written and what their columns are called.</summary>
internal sealed class DataArguments
{
    private readonly Option<RowFormat?> _format = Choices.FromWords("--format",
        "How the files are written. Default: by their endings .tsv, .csv, .jsonl, .parquet.",
        RowFormats.Names.Where(format => format.Value != RowFormat.Lines).ToDictionary());
    private readonly Option<string?> _label;
    private readonly Option<string?> _text;
    private readonly Option<string?> _pair;
    private readonly Option<string?> _weight = new("--weight")
    {
        HelpName = "NAME",
        Description = "Column with the training rows' weights. Default: all rows count alike.",
    };

    private readonly ReadingArguments _reading = new();

    /// <param name="ofModel">Whether there is a model that knows the names.</param>
    public DataArguments(bool ofModel = false)
    {
        string first = ofModel ? $"{ModelFile.KnownDefault} " : "";
        _label = new("--label") { HelpName = "NAME", Description = $"Column with the label. Default: {first}label." };
        _text = new("--text")
        {
            HelpName = "NAME",
            Description = $"Column with the text. Default: {first}text, or sentence1 where there is no text column.",
        };
        _pair = new("--pair")
        {
            HelpName = "NAME",
            Description = $"Column with the second text, where rows are pairs. Default: {first}sentence2 beside sentence1.",
        };
        Separator = new("--separator")
        {
            HelpName = "TEXT",
            Description = $"Between the labels of a row, for multilabel. Default: {first}a comma.",
            DefaultValueFactory = _ => ",",
        };
    }

    public Option<string> Separator { get; }

    public IEnumerable<Option> Columns(bool weights) =>
        [_format, .. _reading.All, _label, _text, _pair, .. weights ? [_weight] : Array.Empty<Option>(), Separator];

    /// <summary>Reads a file as the command line says.</summary>
    public TextRows Read(ParseResult parsed, string path) =>
        TextRows.Read(path, Reading(parsed), Names(parsed));

    /// <summary>Reads a file of rows on which a model is judged, which all count alike.</summary>
    public TextRows ReadJudged(ParseResult parsed, string path) =>
        TextRows.Read(path, Reading(parsed), Names(parsed) with { Weight = null });

    /// <summary>
    /// Reads a file of rows without a label. Its ending says how it is written, before --format; without either it has a text a line.
    /// </summary>
    public TextRows ReadTexts(ParseResult parsed, string path, Action<string> warn)
    {
        ReadingOptions reading = Reading(parsed);
        return TextRows.ReadTexts(
            path, reading with { Format = RowFormats.Find(path) ?? reading.Format ?? RowFormat.Lines }, Names(parsed), warn);
    }

    /// <summary>How the command line says that files are written.</summary>
    public ReadingOptions Reading(ParseResult parsed) => _reading.Read(parsed, parsed.GetValue(_format));

    /// <summary>Reads a file as the command line says, and as a model was trained where it says nothing.</summary>
    public TextRows Read(ParseResult parsed, string path, SavedModel model, Action<string> warn) =>
        TextRows.Read(path, Reading(parsed), Names(parsed), model.Notes.Columns, warn);

    /// <summary>The separator where the command line names it; otherwise null.</summary>
    public static string? Given(ParseResult parsed, Option<string> separator) =>
        parsed.GetResult(separator) is { Implicit: false } ? parsed.GetValue(separator) : null;

    public ColumnNames Names(ParseResult parsed) => new()
    {
        Label = parsed.GetValue(_label),
        Text = parsed.GetValue(_text),
        Pair = parsed.GetValue(_pair),
        Weight = _weight.Parents.Any() ? parsed.GetValue(_weight) : null,
    };
}
