using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Files;
using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tool.Data;
using Microsoft.ML.AdaMix.Tool.Models;
using Microsoft.ML.AdaMix.Tool.Settings;
using Microsoft.ML.AdaMix.Tool.Tasks;
using Microsoft.ML.AdaMix.Tool.Terminal;
using Microsoft.ML.AdaMix.Trainers.Starting;

namespace Microsoft.ML.AdaMix.Tool.Commands;

/// <summary><c>adamix train</c>.</summary>
internal sealed class TrainCommand
{
    private readonly Option<string> _train = new("--train") { HelpName = "FILE", Description = "Training rows.", Required = true };
    private readonly Option<string?> _test = new("--test")
    {
        HelpName = "FILE",
        Description = "Test rows; without, the model is not judged.",
    };
    private readonly Option<string?> _validation = new("--validation")
    {
        HelpName = "SHARE|FILE",
        Description =
        "Rows on which each epoch is judged, so that the best one is kept: a share of the training rows such as 0.1, or a file. Default: "
        + "none, the last epoch is kept.",
    };
    private readonly Option<int?> _rows = Choices.Count(
        "--rows", "Trains on N of the rows, drawn with the seed: of each class as large a share as in the file. Default: all.");
    private readonly Option<string?> _task = Choices.OfWords("--task", string.Join('|', TaskNames.All),
        "What the label is: one of several classes, yes or no, a number, or any number of labels. Default: multiclass.", TaskNames.All);
    private readonly Option<string?> _positive = new("--positive")
    {
        HelpName = "LABEL",
        Description = "Binary: the label that means yes; all others mean no. Default: true, 1 or yes.",
    };
    private readonly Option<string?> _classWeights = new("--class-weights")
    {
        HelpName = "WEIGHTS",
        Description = "balanced, or weights such as spam=5,ham=1. Default: none.",
    };
    private readonly EncoderOption _encoder = new(
        "--encoder",
        $"Hugging Face folder of an encoder such as RoBERTa or BERT{EncoderOption.OrHub} Default: the embedded {EncoderNames.Default}.");
    private readonly Option<string> _save = new("--save")
    {
        HelpName = "PATH",
        Description = "Where the model is saved. Default: model.zip.",
        DefaultValueFactory = _ => "model.zip",
    };
    private readonly Option<bool> _withoutEncoder = new("--without-encoder")
    {
        Description = "Saves a delta file of about 1 MB: the model without its encoder, which has to be there again to load it.",
    };
    private readonly Option<string?> _saveMixture = new("--save-mixture")
    {
        HelpName = "PATH",
        Description = "Where the experts are saved unmerged as well. Default: nowhere.",
    };
    private readonly Option<bool> _trustLabels = TrustLabelsOption();
    private readonly Option<bool> _json = CommandRun.JsonOption();
    private readonly DataArguments _data = new();
    private readonly MethodArguments _method = new(TuningMethods.All, new AdaMixOptions().Method, "How the encoder is tuned");
    private readonly MixtureArguments _mixture = new();
    private readonly TemplateArguments _template = new();
    private readonly SelfTrainingArguments _selfTraining = new();
    private readonly WindowArguments _windows = new();
    private readonly CheckpointArguments _checkpoints = new();
    private readonly TrainingArguments _training = new(
        Defaults,
        [
            .. TrainingArguments.OfTraining, nameof(AdaMixOptions.EarlyStoppingPatience), nameof(AdaMixOptions.KeepBestEpoch),
            nameof(AdaMixOptions.CalibrateProbabilities), nameof(AdaMixOptions.Seed),
            nameof(AdaMixOptions.SpecialTokensInText), nameof(AdaMixOptions.MaxTrainingTime), nameof(AdaMixOptions.StartFrom),
        ]);

    private readonly TrainingArguments _saved = new(
        Defaults, nameof(AdaMixOptions.ServingPrecision), nameof(AdaMixOptions.LogitsColumnName),
        nameof(AdaMixOptions.EmbeddingColumnName));

    // The same command trains the same model twice.
    private static AdaMixOptions Defaults => new() { Seed = 1 };

    public static Option<bool> TrustLabelsOption() => new("--trust-labels")
    {
        Description = "Trains with a warning where labels look like another column: hardly one stands twice, or they are the longer texts.",
    };

    public GroupedCommand Create()
    {
        GroupedCommand command = new(
            "train", "Fine-tunes an encoder on labelled texts and saves a model that 'adamix predict' and any ML.NET application can load.")
        {
            Notes = [
                "Labels that training does not know are left out of validation and test rows, with a warning. The same seed and data "
                + "give the same model on the CPU of one machine."],
            Examples =
            [
                "adamix train --train train.tsv --test test.tsv --save topics.zip",
                "adamix train --train reviews.csv --label stars --text body --task regression --validation 0.1",
                "adamix train --train spam.jsonl --task binary --positive spam --class-weights balanced",
                "adamix train --train train.tsv --validation 0.1 --calibrate",
                "adamix train --train train.tsv --encoder roberta-base --method lora --rank 16 --experts 4",
                "adamix train --train train.tsv --encoder roberta-base --without-encoder --save topics.delta.zip",
                "adamix train --train train.tsv --encoder roberta-base --checkpoint run --resume",
                "adamix train --train reports.tsv --max-length 256 --long-texts max-logits --stride 64",
                "adamix train --train few.tsv --unlabelled texts.txt --test test.tsv",
                "adamix train --train few.tsv --template \"{text} It was {mask}.\" --verbalizer \"1=great,0=terrible\" --batch-size 4",
            ],
        };
        command.Add("Data", [_train, _test, _validation, _rows, _task, _positive, _trustLabels, .. _data.Columns(weights: true)]);
        command.Add("Encoder and method", [_encoder, .. _method.All]);
        command.Add("Mixture of adaptations", _mixture.All);
        command.Add("Prompt-based tuning, for few rows", _template.All);
        command.Add("Rows without a label", _selfTraining.All);
        command.Add("Long texts", _windows.All);
        command.Add("Training", [.. _training.All, _classWeights]);
        command.Add("Checkpoints", _checkpoints.All);
        command.Add("Output", [_save, _withoutEncoder, _saveMixture, .. _saved.All, _json]);
        command.Validators.Add(result =>
        {
            _checkpoints.Check(result);
            _template.Check(result);
            if (result.GetResult(_training[nameof(AdaMixOptions.EarlyStoppingPatience)]) is not null
                && result.GetResult(_validation) is null)
            {
                result.AddError("--patience needs --validation: training stops early by what it sees there.");
            }

            string task = result.GetValue(_task) ?? TaskNames.Multiclass;
            if (result.GetResult(_positive) is not null && task != TaskNames.Binary)
            {
                result.AddError($"--positive is for --task {TaskNames.Binary}; the task is {task}.");
            }

            _selfTraining.Check(result, task);
            if (result.GetResult(_data.Separator) is { Implicit: false } && task != TaskNames.MultiLabel)
            {
                result.AddError(
                    $"--separator is for --task {TaskNames.MultiLabel}, between the labels of a row; the task is {task}.");
            }
        });
        command.Runs(_json, Files, Run);
        return command;
    }

    private CommandFiles Files(ParseResult parsed)
    {
        PretrainedEncoder encoder = EncoderNames.Find(parsed.GetValue(_encoder));
        long bytes = parsed.GetValue(_withoutEncoder) || encoder.IsOfHub ? 0 : encoder.StoredBytes();
        return new CommandFiles(parsed).Reads(_train, _test, _selfTraining.Texts, _template.WordsFile).ReadsEncoder(_encoder)
            .Reads(_validation.Name, ValidationFile(parsed))
            .Writes(_save, path => WriteCheck.Model(path, Path.GetTempPath(), bytes, createsFolder: true))
            .Writes(_saveMixture, path => WriteCheck.File(path, createsFolder: true))
            .Reads(_training[nameof(AdaMixOptions.StartFrom)])
            .WritesFolder(_checkpoints.Folder, path => WriteCheck.Folder(path));
    }

    private JsonObject Run(ParseResult parsed, Output output, CancellationToken cancellation)
    {
        AdaMixOptions options = Options(parsed, output.Warn);
        CommandLineCheck.RequirePlace(options);
        if (options.StartFrom is { } start)
        {
            StartingPoint.Require(start);
        }

        if (options.Checkpoints is { } checkpoints)
        {
            _checkpoints.CheckFolder(parsed, checkpoints, output);
        }

        TextRows training = _data.Read(parsed, parsed.GetRequiredValue(_train));
        string kind = parsed.GetValue(_task) ?? TaskNames.Multiclass;
        if (parsed.GetValue(_rows) is { } limit)
        {
            training = RowDraw.Draw(training, limit, options.Seed ?? 1, kind, keepsUnlabelled: options.SelfTrainingRounds > 0);
        }

        LabelledTask task = LabelledTasks.Create(
            kind, training, parsed.GetValue(_positive), parsed.GetRequiredValue(_data.Separator));
        TrainingJob job = new()
        {
            Task = task,
            Training = training,
            Unlabelled = parsed.GetValue(_selfTraining.Texts) is { } texts ? _data.ReadTexts(parsed, texts, output.Warn) : null,
            Validation = ValidationFile(parsed) is { } validation ? _data.ReadJudged(parsed, validation) : null,
            Test = parsed.GetValue(_test) is { } test ? _data.ReadJudged(parsed, test) : null,
            Options = options with
            {
                ClassWeights = ClassWeightSettings.Parse(
                    parsed.GetValue(_classWeights), label => task.TrainedName(label, _classWeights.Name)),
                Template = _template.Read(parsed, task),
                Notes = FileNotes.Write(task, training.Columns, parsed.GetRequiredValue(_data.Separator)),
            },
            TrustLabels = parsed.GetValue(_trustLabels),
            Save = parsed.GetRequiredValue(_save),
            WithoutEncoder = parsed.GetValue(_withoutEncoder),
            SaveMixture = parsed.GetValue(_saveMixture),
        };
        if (options.Encoder.IsOfHub)
        {
            Fetch(options.Encoder, job);
        }

        return job.Run(output, cancellation);
    }

    // Comes when all else is known to be right; how much room it takes in the model is known then.
    private void Fetch(PretrainedEncoder encoder, TrainingJob job)
    {
        long bytes = encoder.StoredBytes();
        if (!job.WithoutEncoder)
        {
            CommandFiles.Write(_save, () => WriteCheck.Model(job.Save, Path.GetTempPath(), bytes, createsFolder: true));
        }
    }

    // All that can be found out without reading a file is found out here.
    private AdaMixOptions Options(ParseResult parsed, Action<string> warn)
    {
        TuningMethod method = _method.Read(parsed);
        AdaMixOptions options = _saved.Read(parsed, _selfTraining.Read(parsed, _training.Read(parsed, Defaults with
        {
            Method = method,
            Mixture = _mixture.Read(parsed, method),
            Checkpoints = _checkpoints.Read(parsed),
            ClassWeights = ClassWeightSettings.Parse(parsed.GetValue(_classWeights)),
            Template = _template.Read(parsed),
            LongTexts = _windows.Read(parsed),
            ValidationFraction = ValidationShare(parsed) ?? 0,
            LabelColumnName = nameof(ClassRow.Label),
            TextColumnName = nameof(TaskRow.Text),
        })));
        TextTask task = TaskNames.Find(parsed.GetValue(_task) ?? TaskNames.Multiclass);
        CommandLineCheck.RequireValid(
            options with
            {
                // Whether there are pairs is known once rows are read; of a template it is known before.
                SecondTextColumnName = options.Template is { } template && !TemplateText.MayReadPairs(template.Text)
                    ? null
                    : nameof(TaskRow.Pair),
                ExampleWeightColumnName = nameof(TaskRow.Weight),
            },
            task);
        if (task == TextTask.Binary && BinaryTask.NamesColumn is var taken
            && (options.LogitsColumnName == taken || options.EmbeddingColumnName == taken))
        {
            throw new UsageException($"A binary model has a column '{taken}' already; expected another name for what it adds.");
        }

        bool validates = ValidationFile(parsed) is not null || options.ValidationFraction > 0;
        if (options.EarlyStoppingPatience is not null && !validates)
        {
            throw new UsageException("--patience needs validation rows, and --validation is 0.");
        }

        if (options.CalibrateProbabilities && task != TextTask.Regression && !validates)
        {
            throw new UsageException("--calibrate needs validation rows, to fit the temperature on; name them with --validation.");
        }

        CommandLineCheck.WarnOfIdle(
            [
                .. _training.Given(parsed), .. _method.Given(parsed), .. _mixture.Given(parsed), .. _template.Given(parsed),
                .. _windows.Given(parsed), .. _selfTraining.Given(parsed),
            ],
            options, task, validates, warn);
        return options with { Encoder = EncoderNames.Find(parsed.GetValue(_encoder)) };
    }

    private double? ValidationShare(ParseResult parsed) =>
        double.TryParse(parsed.GetValue(_validation), NumberStyles.Float, CultureInfo.InvariantCulture, out double share) ? share : null;

    private string? ValidationFile(ParseResult parsed) => ValidationShare(parsed) is null ? parsed.GetValue(_validation) : null;
}
