using System.CommandLine;
using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Exchange;
using Microsoft.ML.AdaMix.Files;
using Microsoft.ML.AdaMix.Tool.Models;
using Microsoft.ML.AdaMix.Tool.Settings;
using Microsoft.ML.AdaMix.Tool.Terminal;

namespace Microsoft.ML.AdaMix.Tool.Commands;

/// <summary><c>adamix import</c>.</summary>
internal sealed class ImportCommand
{
    private readonly Argument<string> _source = new("adapter")
    {
        HelpName = "adapter",
        Description = "A folder of peft or of AdapterHub's adapters (adapter_config.json), or a file of the authors' experts "
            + "(pytorch_model_..._expert_soup.bin).",
    };
    private readonly EncoderOption _encoder = new(
        "--encoder",
        $"The encoder that was tuned, a folder{EncoderOption.OrHub} A folder may name it itself; what it names is not downloaded.");
    private readonly Option<bool> _pairs = new("--pairs") { Description = "The model reads pairs of texts." };
    private readonly Option<int?> _maxLength = Choices.Count(
        "--max-length", "Longest text or pair in tokens. Default: as many as the encoder has places for.", smallest: 8);
    private readonly Option<string?> _labels = new("--labels")
    {
        HelpName = "A,B,...",
        Description = "Names of the outputs in the order of their ids, of yes and no that of no first. Default: those that the "
            + "adapter or the encoder has.",
    };
    private readonly Option<int?> _expert = Choices.Count("--expert", "Of experts: the one that predicts, from 0. Default: their mean.", 0);
    private readonly Option<int?> _route = Choices.Count(
        "--route", "Of experts: the seed of a random route that predicts.", int.MinValue);
    private readonly Option<string> _save = new("--save")
    {
        HelpName = "PATH",
        Description = "Where the model is saved. Default: model.zip.",
        DefaultValueFactory = _ => "model.zip",
    };
    private readonly Option<bool> _withoutEncoder = new("--without-encoder")
    {
        Description = "Saves a delta file: the model without its encoder, which has to be there again to load it.",
    };
    private readonly Option<string?> _saveMixture = new("--save-mixture")
    {
        HelpName = "PATH",
        Description = "Of experts: where they are saved unmerged as well. Default: nowhere.",
    };
    private readonly Option<bool> _json = CommandRun.JsonOption();

    public GroupedCommand Create()
    {
        GroupedCommand command = new("import", "Makes a model of an adapter that peft, AdapterHub's adapters or AdaMix's authors trained.")
        {
            Notes =
            [
                "Read are LoRA, IA3, prefix tuning, prompt tuning and p-tuning of peft, and bottleneck adapters, LoRA, IA3 and prefix "
                + "tuning of adapters, with their classification head. What has no form here is refused by its name; nothing is skipped.",
                "The model is like one of 'adamix train': for evaluate, predict, export, and to train on with --start-from.",
            ],
            Examples =
            [
                "adamix import my-lora --encoder hub:FacebookAI/roberta-base --save topics.zip",
                "adamix import pytorch_model_mnli_expert_soup.bin --encoder hub:FacebookAI/roberta-large --pairs "
                + "--labels entailment,neutral,contradiction --save mnli.zip",
            ],
        };
        command.Add(_source);
        command.Add("Encoder", _encoder);
        command.Add("Model", _pairs, _maxLength, _labels, _expert, _route);
        command.Add("Output", _save, _withoutEncoder, _saveMixture, _json);
        command.Validators.Add(result =>
        {
            if (result.GetResult(_expert) is not null && result.GetResult(_route) is not null)
            {
                result.AddError("--expert and --route exclude each other: one expert predicts, or a route through several.");
            }
        });
        command.Runs(_json, Files, Run, savesLast: true);
        return command;
    }

    private CommandFiles Files(ParseResult parsed)
    {
        string source = parsed.GetRequiredValue(_source);
        if (!Path.Exists(source))
        {
            throw new FileNotFoundException(
                $"There is no '{source}'; expected is an adapter's folder, or a file of experts. Adapters are not fetched: get one of the "
                + "hub with 'hf download OWNER/NAME --local-dir DIR' and name DIR.",
                source);
        }

        bool isFile = File.Exists(source);
        if (isFile && source.EndsWith(".zip", StringComparison.OrdinalIgnoreCase))
        {
            throw new UsageException(
                $"'{source}' is no adapter of another library. A model that adamix saved is one already: give it to predict, evaluate or "
                + "export; unpack an adapter that was packed.");
        }

        if (isFile && Path.GetDirectoryName(Path.GetFullPath(source)) is { } folder
            && AdapterFolder.FormatOf(folder, new SteadyFiles()) is not null)
        {
            throw new UsageException($"'{source}' lies in an adapter's folder, '{folder}'. Import the folder.");
        }

        if (isFile && parsed.GetValue(_encoder) is null)
        {
            throw new UsageException($"'{source}' does not say which encoder it tunes: give it with --encoder.");
        }

        if (!isFile && (parsed.GetValue(_expert) ?? parsed.GetValue(_route)) is not null)
        {
            throw new UsageException("--expert and --route are for files of experts; an adapter of a folder has none.");
        }

        if (!isFile && parsed.GetValue(_saveMixture) is not null)
        {
            throw new UsageException("--save-mixture is for files of experts; an adapter of a folder has none.");
        }

        CommandFiles files = new CommandFiles(parsed).ReadsEncoder(_encoder)
            .Writes(_save, path => WriteCheck.Model(path, Path.GetTempPath(), 0, createsFolder: true))
            .Writes(_saveMixture, path => WriteCheck.File(path, createsFolder: true));
        return isFile ? files.Reads(_source) : files.ReadsFolder(_source.Name, source, AdapterFolder.Files(source).Where(File.Exists));
    }

    private JsonObject Run(ParseResult parsed, Output output, CancellationToken cancellation)
    {
        string? encoder = parsed.GetValue(_encoder);
        string[] labels = Choices.Split(parsed.GetValue(_labels));
        ImportJob job = new()
        {
            Source = parsed.GetRequiredValue(_source),
            Encoder = encoder is null ? null : EncoderNames.Find(encoder),
            Options = new AdapterImportOptions
            {
                MaxLength = parsed.GetValue(_maxLength),
                Labels = labels.Length > 0 ? labels : null,
            },
            ReadsPairs = parsed.GetValue(_pairs),
            Expert = parsed.GetValue(_expert),
            Route = parsed.GetValue(_route),
            Save = parsed.GetRequiredValue(_save),
            WithoutEncoder = parsed.GetValue(_withoutEncoder),
            SaveMixture = parsed.GetValue(_saveMixture),
        };
        return job.Run(output, cancellation);
    }
}
