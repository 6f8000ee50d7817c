using System.CommandLine;
using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Tool.Models;
using Microsoft.ML.AdaMix.Tool.Terminal;

namespace Microsoft.ML.AdaMix.Tool.Commands;

/// <summary><c>adamix info</c>.</summary>
internal sealed class InfoCommand
{
    private readonly Argument<string?> _model = new("model")
    {
        HelpName = "model",
        Arity = ArgumentArity.ZeroOrOne,
        Description =
        "A model, delta or mixture file, or a whole ML.NET pipeline with an AdaMix model in it. Without one: the libtorch of training.",
    };
    private readonly TrainingArguments _training = new(new AdaMixOptions(), nameof(AdaMixOptions.LibTorchFolder));
    private readonly Option<bool> _json = CommandRun.JsonOption();

    public GroupedCommand Create()
    {
        GroupedCommand command = new(
            "info", "Shows what a model file says of itself: task, labels, encoder, and how it was trained. Loads nothing of it.")
        {
            Notes =
            [
                "The encoder of a delta or mixture file is not needed. Files of earlier versions do not say how they were trained.",
                "Without a file: which libtorch training uses, its version where that is known, and the GPUs that it sees.",
            ],
            Examples = ["adamix info topics.zip", "adamix info topics.delta.zip --json", "adamix info --libtorch site-packages/torch/lib"],
        };
        command.Add(_model);
        command.Add("Training", _training.All);
        command.Add("Output", _json);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_model) is not null && _training.All.Any(option => result.GetResult(option) is { Implicit: false }))
            {
                result.AddError("--libtorch is for info without a model: of a model's file nothing is computed.");
            }
        });
        command.Runs(
            _json,
            parsed => parsed.GetValue(_model) is null ? new CommandFiles(parsed) : new CommandFiles(parsed).ReadsModel(_model),
            Run);
        return command;
    }

    private JsonObject Run(ParseResult parsed, Output output, CancellationToken cancellation) =>
        parsed.GetValue(_model) is { } path ? OfModel(path, output) : OfLibTorch(_training.Read(parsed, new AdaMixOptions()), output);

    private static JsonObject OfLibTorch(AdaMixOptions options, Output output)
    {
        LibTorch.EnsureLoaded(options.LibTorchFolder);
        int cards = TrainingDevices.CountCards();
        output.Say($"{LibTorch.Describe()}; --device auto is {(cards > 0 ? TrainingDevice.Cuda : TrainingDevice.Cpu)}.");
        return new JsonObject
        {
            ["command"] = "info",
            ["libtorch"] = new JsonObject
            {
                ["folder"] = LibTorch.Folder,
                ["version"] = LibTorch.Version,
                ["files"] = new JsonArray([.. LoadedLibraries.Torch().Select(file => (JsonNode)JsonValue.Create(file))]),
            },
            ["cudaDevices"] = cards,
        };
    }

    private static JsonObject OfModel(string path, Output output)
    {
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
