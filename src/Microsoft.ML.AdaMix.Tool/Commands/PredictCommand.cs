using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Files;
using Microsoft.ML.AdaMix.Tool.Data;
using Microsoft.ML.AdaMix.Tool.Models;
using Microsoft.ML.AdaMix.Tool.Settings;
using Microsoft.ML.AdaMix.Tool.Terminal;

namespace Microsoft.ML.AdaMix.Tool.Commands;

/// <summary><c>adamix predict</c>.</summary>
internal sealed class PredictCommand
{
    private const int DefaultBatch = 256;

    private readonly Option<string> _model = new("--model")
    {
        HelpName = "PATH",
        Description = "The model, as 'adamix train' saves it.",
        Required = true,
    };
    private readonly Option<string?> _data = new("--data")
    {
        HelpName = "FILE",
        Description = "Rows to predict; a label column is not needed. Default: standard input.",
    };
    private readonly Option<RowFormat?> _format = Choices.FromWords("--format",
        "How the rows are written. Default: by the file's ending (.txt is lines); lines, a text a line, on standard input.",
        RowFormats.Names);
    private readonly ReadingArguments _reading = new();
    private readonly Option<string?> _text = new("--text")
    {
        HelpName = "NAME",
        Description = $"Column with the text. Default: {ModelFile.KnownDefault} text, or sentence1 where there is no text column.",
    };
    private readonly Option<string?> _pair = new("--pair")
    {
        HelpName = "NAME",
        Description = $"Column with the second text. Default: {ModelFile.KnownDefault} sentence2 beside sentence1.",
    };
    private readonly Option<string> _separator = new("--separator")
    {
        HelpName = "TEXT",
        Description = $"Written between the labels of a row, for multilabel. Default: {ModelFile.KnownDefault} a comma.",
        DefaultValueFactory = _ => ",",
    };
    private readonly Option<string?> _output = new("--output")
    {
        HelpName = "FILE",
        Description = "Where predictions are written. Default: standard output.",
    };
    private readonly Option<bool> _scores = new("--scores") { Description = "Adds the probability of every class or label." };
    private readonly Option<int?> _batch = Choices.Count("--batch-size", $"Most rows that are scored at once. Default: {DefaultBatch}.");
    private readonly EncoderOption _encoder = ModelFile.EncoderOption();
    private readonly Option<ServingPrecision?> _serving = Choices.OfEnum<ServingPrecision>(
        "--serving",
        "Type in which the encoder's matrices are multiplied: int8 is faster and a little less exact, auto measures. Default: what the "
        + "model was saved with.");
    private readonly WindowArguments _windows = new(ofModel: true);
    private readonly Option<bool> _json = CommandRun.JsonOption();

    public GroupedCommand Create()
    {
        GroupedCommand command = new("predict", "Predicts rows of a file or of standard input, in their order, as they come in.")
        {
            Notes =
            [
                "Rows of TSV, CSV and JSONL are repeated with what the model says behind them: predicted, and probability, that of the "
                + "predicted class; rows of Parquet as JSONL. For lines of text, line n out is the prediction for line n in, a tab, and "
                + "its probability.",
                "The model knows the names of the columns that it was trained with ('adamix info' shows them). A file that has not such a "
                + "column but one of the usual name is read with a warning.",
                "Output is flushed after each batch, and a batch is no larger than what has come in: the command works as a filter in a "
                + "pipe.",
                "With --json standard output is for the summary: give --output FILE for the predictions.",
            ],
            Examples =
            [
                "adamix predict --model topics.zip --data new.tsv > predicted.tsv",
                "tail -f log.txt | adamix predict --model spam.zip",
                "adamix predict --model topics.zip --format jsonl --scores < rows.jsonl",
            ],
        };
        command.Add("Model and data", [_model, _encoder, _serving, _data, _format, .. _reading.All, _text, _pair, _separator]);
        command.Add("Long texts", _windows.All);
        command.Add("Output", _output, _scores, _batch, _json);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_json) && result.GetValue(_output) is null)
            {
                result.AddError(
                    "--json needs --output FILE: standard output then holds the summary alone. "
                    + "For predictions as JSON give --format jsonl.");
            }
        });
        command.Runs(_json, Files, Run, dataOnly: true);
        return command;
    }

    private CommandFiles Files(ParseResult parsed)
    {
        CommandFiles files = new CommandFiles(parsed).ReadsModel(_model).ReadsEncoder(_encoder).Reads(_data)
            .Writes(_output, path => WriteCheck.File(path));
        return parsed.GetValue(_data) is null ? files.ReadsStandardInput() : files;
    }

    private JsonObject Run(ParseResult parsed, Output output, CancellationToken cancellation)
    {
        MLContext ml = ToolContext.Create(seed: null, output.Warn);
        string path = parsed.GetRequiredValue(_model);
        using SavedModel model = _windows.Change(
            SavedModel.Load(ml, path, DataArguments.Given(parsed, _separator), parsed.GetValue(_encoder))
                .Serving(parsed.GetValue(_serving)),
            parsed);
        CommandLineCheck.WarnOfIdle(parsed, model.Task, _separator, _scores, output.Warn);

        string? file = parsed.GetValue(_data);
        ReadingOptions reading = _reading.Read(parsed, parsed.GetValue(_format));
        using RowReader reader = file is null ? RowFiles.OpenStandardInput(reading) : RowFiles.Open(file, reading);
        TextColumns columns = TextColumns.Find(reader, new ColumnNames
        {
            Text = parsed.GetValue(_text),
            Pair = parsed.GetValue(_pair),
        }, needsLabel: false, reader is LinesReader ? null : model.Notes.Columns, output.Warn);
        model.RequireFit(reader.Name, columns.Pair is not null);

        string? target = parsed.GetValue(_output);
        using AtomicFile? gathered = target is null ? null : AtomicFile.Open(target);
        TextWriter predictions = gathered is null
            ? output.Data
            : new StreamWriter(gathered.Stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { NewLine = "\n" };
        PredictionJob job = new()
        {
            Context = ml,
            Model = model,
            Reader = reader,
            Columns = columns,
            Writer = new PredictionWriter(predictions, reader, model.Task, parsed.GetValue(_scores)),
            Target = predictions,
            BatchSize = parsed.GetValue(_batch) ?? DefaultBatch,
            Warn = output.Warn,
        };
        JsonObject result = new PredictionDisplay(output.Screen, target).Show(reader.Name, progress => job.Run(progress, cancellation));
        gathered?.Commit(); // the job has flushed what it wrote
        result["model"] = Path.GetFullPath(path);
        result["output"] = target is null ? null : Path.GetFullPath(target);
        return result;
    }
}
