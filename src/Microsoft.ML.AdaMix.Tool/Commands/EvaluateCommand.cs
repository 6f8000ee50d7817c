using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Files;
using Microsoft.ML.AdaMix.Tool.Data;
using Microsoft.ML.AdaMix.Tool.Models;
using Microsoft.ML.AdaMix.Tool.Reports;
using Microsoft.ML.AdaMix.Tool.Settings;
using Microsoft.ML.AdaMix.Tool.Tasks;
using Microsoft.ML.AdaMix.Tool.Terminal;
using Microsoft.ML.AdaMix.Wording;

namespace Microsoft.ML.AdaMix.Tool.Commands;

/// <summary><c>adamix evaluate</c>.</summary>
internal sealed class EvaluateCommand
{
    private readonly Option<string> _model = new("--model")
    {
        HelpName = "PATH",
        Description = "The model, as 'adamix train' saves it.",
        Required = true,
    };
    private readonly Option<string> _rows = new("--data") { HelpName = "FILE", Description = "Labelled rows.", Required = true };
    private readonly EncoderOption _encoder = ModelFile.EncoderOption();
    private readonly Option<ServingPrecision?> _serving = Choices.OfEnum<ServingPrecision>(
        "--serving",
        "Type in which the encoder's matrices are multiplied: int8 is faster and a little less exact, auto measures. Default: what the "
        + "model was saved with.");
    private readonly Option<string?> _reliability = new("--reliability")
    {
        HelpName = "FILE",
        Description = "Writes a reliability diagram, a .png file: how often predictions come true, by their probability.",
    };
    private readonly WindowArguments _windows = new(ofModel: true);
    private readonly Option<bool> _json = CommandRun.JsonOption();
    private readonly DataArguments _data = new(ofModel: true);

    public GroupedCommand Create()
    {
        GroupedCommand command = new("evaluate", "Judges a saved model on labelled rows. The model tells its task.")
        {
            Notes =
            [
                "Rows whose label the model does not know are left out, with a warning.",
                "The model knows the names of the columns that it was trained with ('adamix info' shows them). A file that has not such a "
                + "column but one of the usual name is read with a warning.",
            ],
            Examples = ["adamix evaluate --model topics.zip --data test.tsv",
                "adamix evaluate --model topics.zip --data test.tsv --reliability topics.png",
                "adamix evaluate --model stars.zip --data others.csv --label rating --text comment --json"],
        };
        command.Add("Model and data", [_model, _encoder, _serving, _rows, .. _data.Columns(weights: false)]);
        command.Add("Long texts", _windows.All);
        command.Add("Output", _reliability, _json);
        command.Runs(_json, Files, Run);
        return command;
    }

    private CommandFiles Files(ParseResult parsed) => new CommandFiles(parsed)
        .ReadsModel(_model).ReadsEncoder(_encoder).Reads(_rows).Writes(_reliability, CheckPlot);

    // A pipe or a device has no ending.
    private void CheckPlot(string path)
    {
        if (!FileTarget.Find(path).IsStream && !path.EndsWith(".png", StringComparison.OrdinalIgnoreCase))
        {
            throw new UsageException(
                $"{_reliability.Name} is '{path}'; expected a name that ends with .png, as the diagram is a PNG file. For other formats, "
                + "--json has the bins as numbers.");
        }

        WriteCheck.File(path);
    }

    private JsonObject Run(ParseResult parsed, Output output, CancellationToken cancellation)
    {
        Stopwatch clock = Stopwatch.StartNew();
        string path = parsed.GetRequiredValue(_model);
        MLContext ml = ToolContext.Create(seed: null, output.Warn);
        string data = parsed.GetRequiredValue(_rows);
        TextRows.RequireReadable(data, _data.Reading(parsed)); // a mistake is found before the model is loaded
        using SavedModel model = _windows.Change(
            SavedModel.Load(ml, path, DataArguments.Given(parsed, _data.Separator), parsed.GetValue(_encoder))
                .Serving(parsed.GetValue(_serving)),
            parsed);
        CommandLineCheck.WarnOfIdle(parsed, model.Task, _data.Separator, _reliability, output.Warn);
        TextRows rows = _data.Read(parsed, data, model, output.Warn);
        model.RequireFit(rows.Source, rows.ArePairs);
        TextRows kept = LabelledRows.Keep(rows, model.Task, output.Warn);
        model.Task.RequireJudgeable(kept);
        CutTexts cut = LabelledEvaluation.SayCut(ml, model.Model, model.Task, kept, output, cancellation);
        (IReadOnlyList<Metric> metrics, TaskCalibration? calibration) = LabelledEvaluation.Evaluate(
            ml, model.Model, model.Task, kept, cancellation);
        output.Screen.Write(LabelledEvaluation.ToTable(metrics, kept));
        if (parsed.GetValue(_reliability) is { } plot && calibration is not null)
        {
            string context = $"{Path.GetFileName(path)}, {Counts.Of(kept.Count, "row")} of {Path.GetFileName(data)}";
            CommandFiles.Write(_reliability, () => ReliabilityPlot.Save(calibration, context, plot));
            output.Say($"Reliability diagram: {plot}.");
        }

        return new JsonObject
        {
            ["command"] = "evaluate",
            ["model"] = Path.GetFullPath(path),
            ["task"] = model.Task.Name,
            ["rows"] = kept.Count,
            ["leftOut"] = rows.Count - kept.Count,
            ["skippedRows"] = rows.Skipped?.Count,
            ["cutTexts"] = cut.Cut,
            ["shareOfTokensCut"] = cut.ShareOfTokens,
            ["metrics"] = LabelledEvaluation.ToJson(metrics),
            ["reliability"] = calibration is null ? null : LabelledEvaluation.ToJson(calibration.Reliability),
            ["seconds"] = clock.Elapsed.TotalSeconds,
        };
    }
}
