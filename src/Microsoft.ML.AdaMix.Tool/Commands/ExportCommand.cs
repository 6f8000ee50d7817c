using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Exchange;
using Microsoft.ML.AdaMix.Export;
using Microsoft.ML.AdaMix.Tool.Models;
using Microsoft.ML.AdaMix.Tool.Settings;
using Microsoft.ML.AdaMix.Tool.Terminal;

namespace Microsoft.ML.AdaMix.Tool.Commands;

/// <summary><c>adamix export</c>.</summary>
internal sealed class ExportCommand
{
    private readonly Argument<string> _model = new("model")
    {
        HelpName = "model",
        Description = "The model: a file as 'adamix train' saves it, or of any AdaMix pipeline.",
    };
    private readonly Option<string> _out = new("--out")
    {
        HelpName = "DIR",
        Description = "The folder to write; it appears whole or not at all.",
        Required = true,
    };
    private readonly Option<ExportFormat?> _format = Choices.OfEnum<ExportFormat>(
        "--format", "What the folder is for: ONNX, or the adapter alone for peft or for AdapterHub's adapters. Default: onnx.");
    private readonly Option<bool> _force = new("--force")
    {
        Description = "Replaces a folder with an earlier export. Files that are not an export's are never deleted.",
    };
    private readonly EncoderOption _encoder = ModelFile.EncoderOption();
    private readonly Option<ServingPrecision?> _serving = Choices.OfEnum<ServingPrecision>(
        "--serving",
        "int8 writes onnx/model_quantized.onnx too, smaller and faster and a little less exact. Default: what the model was saved with.");
    private readonly Option<bool> _json = CommandRun.JsonOption();

    public GroupedCommand Create()
    {
        GroupedCommand command = new(
            "export", "Writes a model as ONNX, for ONNX Runtime, Optimum or transformers.js, or its adapter for peft or adapters.")
        {
            Notes =
            [
                "DIR gets onnx/model.onnx (float32, standard operators of opset 20, all weights inside; inputs input_ids, attention_mask "
                + "and token_type_ids where the encoder has them; outputs logits and embedding), config.json as Hugging Face's classifiers "
                + "have it, and the tokenizer's files.",
                "transformers.js takes onnx/model_quantized.onnx in a browser unless it is told dtype: 'fp32'; --serving int8 writes it.",
                "What of the pipeline is not the model, such as the mapping of labels, is not exported; the labels are in config.json.",
                "With --format peft (LoRA, IA3, prefixes, prompts) or adapters (bottleneck adapters, LoRA, IA3) DIR gets what tuning "
                + "brought and the head, bit for bit, under the names of these libraries, without the encoder.",
            ],
            Examples =
            [
                "adamix export topics.zip --out topics-onnx", "adamix export topics.zip --out topics-onnx --serving int8 --force",
                "adamix export topics.zip --out topics-adapter --format adapters",
            ],
        };
        command.Add(_model);
        command.Add("Output", _out, _format, _serving, _force, _json);
        command.Add("Encoder", _encoder);
        command.Runs(_json, Files, Run, savesLast: true);
        return command;
    }

    private CommandFiles Files(ParseResult parsed) => Adapter(parsed) is not null && parsed.GetValue(_serving) is not null
        ? throw new UsageException($"{_serving.Name} is for ONNX; an adapter alone is not served. Leave it out, or {_format.Name}.")
        : new CommandFiles(parsed).ReadsModel(_model).ReadsEncoder(_encoder).WritesFolder(
            _out, folder => Check(folder, Adapter(parsed), parsed.GetValue(_force)));

    private static void Check(string folder, AdapterFormat? adapter, bool force)
    {
        if (!force && Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            throw new IOException($"The folder '{folder}' is not empty. Choose another one, or give --force to replace an earlier export.");
        }

        if (adapter is null)
        {
            OnnxExport.Require(folder, force);
        }
        else
        {
            AdapterFolder.Require(folder, force);
        }
    }

    // Null for ONNX.
    private AdapterFormat? Adapter(ParseResult parsed) => parsed.GetValue(_format) switch
    {
        ExportFormat.Peft => AdapterFormat.Peft,
        ExportFormat.Adapters => AdapterFormat.AdapterHub,
        _ => null,
    };

    private JsonObject Run(ParseResult parsed, Output output, CancellationToken cancellation)
    {
        Stopwatch clock = Stopwatch.StartNew();
        string path = parsed.GetRequiredValue(_model);
        string folder = Path.GetFullPath(parsed.GetRequiredValue(_out));
        bool force = parsed.GetValue(_force);
        MLContext ml = ToolContext.Create(seed: null, output.Warn);
        using AdaMixTransformer model = ModelFile.LoadNamed(ml, path, parsed.GetValue(_encoder));
        cancellation.ThrowIfCancellationRequested();
        if (Adapter(parsed) is { } adapter)
        {
            model.ExportAdapter(folder, adapter, force, cancellation);
        }
        else
        {
            AdaMixTransformer served = parsed.GetValue(_serving) is { } serving ? model.WithServingPrecision(serving) : model;
            served.ExportOnnx(folder, force, cancellation);
        }

        (string Name, long Bytes)[] files =
        [
            .. new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories)
                .Select(file => (Path.GetRelativePath(folder, file.FullName).Replace(Path.DirectorySeparatorChar, '/'), file.Length))
                .OrderByDescending(file => file.Length),
        ];
        output.Say($"Exported {folder}: {string.Join(", ", files.Select(file => $"{file.Name} ({file.Bytes / 1e6:F1} MB)"))}.");
        return new JsonObject
        {
            ["command"] = "export",
            ["model"] = Path.GetFullPath(path),
            ["out"] = folder,
            ["files"] = new JsonArray([.. files.Select(file => new JsonObject { ["name"] = file.Name, ["bytes"] = file.Bytes })]),
            ["bytes"] = files.Sum(file => file.Bytes),
            ["seconds"] = clock.Elapsed.TotalSeconds,
        };
    }
}
