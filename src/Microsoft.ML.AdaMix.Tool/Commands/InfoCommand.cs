using System.CommandLine;
using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Tool.Models;
using Microsoft.ML.AdaMix.Tool.Terminal;

namespace Microsoft.ML.AdaMix.Tool.Commands;

/// <summary><c>adamix info</c>.</summary>
internal sealed class InfoCommand
{
    private readonly Argument<string> _model = new("model")
    {
        HelpName = "model",
        Description = "A model, delta or mixture file, or a whole ML.NET pipeline with an AdaMix model in it.",
    };
    private readonly Option<bool> _json = CommandRun.JsonOption();

    public GroupedCommand Create()
    {
        GroupedCommand command = new(
            "info", "Shows what a model file says of itself: task, labels, encoder, and how it was trained. Loads nothing.")
        {
            Notes = ["The encoder of a delta or mixture file is not needed. Files of earlier versions do not say how they were trained."],
            Examples = ["adamix info topics.zip", "adamix info topics.delta.zip --json"],
        };
        command.Add(_model);
        command.Add("Output", _json);
        command.Runs(_json, parsed => new CommandFiles(parsed).ReadsModel(_model), Run);
        return command;
    }

    private JsonObject Run(ParseResult parsed, Output output, CancellationToken cancellation)
    {
        string path = parsed.GetRequiredValue(_model);
        IReadOnlyList<ModelSummary> models = ModelSummary.Read(path);
        long bytes = new FileInfo(path).Length;
        output.Say($"{path} ({bytes / 1e6:F1} MB)");
        foreach (ModelSummary model in models)
        {
            output.Screen.Write(SummaryTable.Of(model));
        }

        return new JsonObject
        {
            ["command"] = "info",
            ["model"] = Path.GetFullPath(path),
            ["bytes"] = bytes,
            ["models"] = new JsonArray([.. models.Select(SummaryJson.Of)]),
        };
    }
}
