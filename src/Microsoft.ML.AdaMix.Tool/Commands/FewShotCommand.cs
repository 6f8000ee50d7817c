using System.CommandLine;
using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Tool.Settings;
using Microsoft.ML.AdaMix.Tool.Study;
using Microsoft.ML.AdaMix.Tool.Terminal;

namespace Microsoft.ML.AdaMix.Tool.Commands;

/// <summary><c>adamix fewshot</c>.</summary>
internal sealed class FewShotCommand
{
    private const int DefaultSplits = 5;

    // As many as four experts need; see docs/ablations.md.
    private const int DefaultSteps = 300;

    // LiST's.
    private static readonly AdaMixOptions Defaults = new() { BatchSize = 4 };

    private readonly Option<string> _data = new("--data")
    {
        HelpName = "DIR,DIR",
        Description = "Folders of tasks, each with test.tsv and the splits train-k10-seed1.tsv, train-k10-seed2.tsv and so on, "
        + "or one file of training rows (--train-file), separated by commas.",
        Required = true,
    };
    private readonly Option<string?> _train = new("--train-file")
    {
        HelpName = "NAME",
        Description = "Draws the splits from this file in a folder, with the split's number as seed and without regard to classes; "
        + "SET=NAME is for one task only, as in train.tsv,trec6=train-1000.tsv. Default: files of splits.",
    };
    private readonly Option<string> _sizes = new("--k")
    {
        HelpName = "N,N",
        Description = "Numbers of labelled rows in all. Default: 10,20,30.",
        DefaultValueFactory = _ => "10,20,30",
    };
    private readonly Option<int?> _splits = Choices.Count(
        "--splits", $"Splits 1 to N of each number of rows; a split's number is the seed too. Default: {DefaultSplits}.");
    private readonly Option<string> _methods = new("--methods")
    {
        HelpName = "LIST",
        Description = $"The methods, separated by commas. Default: {string.Join(',', FewShotVariants.Default)}.",
        DefaultValueFactory = _ => string.Join(',', FewShotVariants.Default),
    };
    private readonly Option<string?> _templates = new("--templates")
    {
        HelpName = "FILE",
        Description = "JSON with templates, and words by label, of tasks by their folder's name; goes before the published ones.",
    };
    private readonly EncoderOption _encoder = new(
        "--encoder",
        $"Hugging Face folder of an encoder such as RoBERTa or BERT{EncoderOption.OrHub} Default: the embedded {EncoderNames.Default}.");
    private readonly EncoderOption _sentenceEncoder = new(
        "--sentence-encoder",
        $"Hugging Face folder of a sentence encoder, such as all-MiniLM-L6-v2, for setfit{EncoderOption.OrHub} Default: the same encoder.");
    private readonly Option<int?> _steps = Choices.Count(
        "--steps", $"Steps of a training, at least; whole epochs are trained. setfit has its own. Default: {DefaultSteps}.");
    private readonly JudgedRowsArguments _judged = new();
    private readonly Option<string> _out = new("--out")
    {
        HelpName = "DIR",
        Description = "Folder of results.jsonl, tables and plots. Trials whose results are there are not run again.",
        Required = true,
    };
    private readonly Option<bool> _reportOnly = new("--report-only")
    {
        Description = "Writes tables and plots of the results that are there and runs nothing.",
    };
    private readonly Option<bool> _json = CommandRun.JsonOption();
    private readonly TrainingArguments _training = new(
        Defaults, [.. TrainingArguments.OfStudy.Where(property => property != nameof(AdaMixOptions.Epochs))]);

    private static DataReference NoData { get; } = new("", "", null, "");

    private static EncoderReference NoEncoder { get; } = new("", null);

    public GroupedCommand Create()
    {
        GroupedCommand command = new("fewshot",
            "Compares methods on a few labelled rows, over splits: tables with means, deviations and paired differences, and plots.")
        {
            Notes =
            [
                $"A method is one of compare's; {FewShotVariants.WithTemplate} before it puts the text into a template and takes the "
                + "encoder's masked-LM head, of which words stand for the classes. Templates and words are the published ones where a "
                + "task's labels are known (positive and negative; subjective and objective; entailment and not_entailment; ...), those of "
                + $"--templates, or else the template '{KnownTemplates.OfTexts}', for pairs '{KnownTemplates.OfPairs}', with words "
                + "that are found from the training rows. What is taken is said before the first training.",
                "With --train-file a method with self-training-rounds=1 takes the rows that a split did not draw as rows without a label, "
                + "of those of each class the surer half: self-training-share=0.5.",
                "Differences are to AdaMix with its template, paired by split, with 95 % intervals; of the mean over tasks the interval "
                + "says what other splits of these tasks would give, and over tasks what other tasks would.",
            ],
            Examples =
            [
                "adamix fewshot --data sst2,subj,rte --k 10,20,30 --sentence-encoder all-MiniLM-L6-v2 --out few",
                "adamix fewshot --data reviews --k 16 --methods full,template-full,template-adamix --templates templates.json --out few",
                "adamix fewshot --data sst2 --train-file train.tsv --methods template-adamix,template-adamix:self-training-rounds=1 "
                + "--out few",
            ],
        };
        command.Add(
            "Study", [_methods, _sizes, _splits, _steps, _templates, _encoder, _sentenceEncoder, _out, _reportOnly, _json]);
        command.Add("Data", [_data, _train, .. _judged.All]);
        command.Add("Training", [.. _training.All]);
        command.Runs(_json, Files, Run);
        return command;
    }

    private CommandFiles Files(ParseResult parsed)
    {
        CommandFiles files = new CommandFiles(parsed).Reads(_templates).ReadsEncoder(_encoder).ReadsEncoder(_sentenceEncoder)
            .WritesFolder(_out, StudyFolder.Check, StudyFolder.Results, StudyFolder.Mixtures);
        string[] folders = Choices.Split(parsed.GetRequiredValue(_data));
        PerSet.RequireKnown(_train.Name, parsed.GetValue(_train), [.. folders.Select(StudyData.NameOf)]);
        foreach (string set in folders)
        {
            IReadOnlyList<string> training = TrainFile(parsed, set) is { } train ? [Path.Combine(set, train)]
                : Directory.Exists(set) ? SplitFiles.All(set)
                : [];
            files.ReadsFolder(_data.Name, set, [.. training, Path.Combine(set, _judged.TestFile(parsed))]);
        }

        return files;
    }

    private JsonObject Run(ParseResult parsed, Output output, CancellationToken cancellation)
    {
        string[] folders = StudyArguments.Folders(parsed.GetRequiredValue(_data));
        int[] sizes = StudyArguments.Sizes(_sizes.Name, parsed.GetValue(_sizes));
        if (sizes.Length == 0)
        {
            throw new UsageException($"{_sizes.Name} is empty; expected numbers of rows, separated by commas.");
        }

        string[] methods = Choices.Split(parsed.GetRequiredValue(_methods));
        StudyTable Table(EncoderReference encoder, EncoderReference sentences, Func<DataReference, PromptTemplate> templates) =>
            FewShotVariants.Table(
                methods, Common(parsed, encoder), sentences, parsed.GetValue(_steps) ?? DefaultSteps, templates);
        StudyTable tried = Table(NoEncoder, NoEncoder, _ => new PromptTemplate());
        CommandLineCheck.RequireValid([tried]);
        CommandLineCheck.WarnOfIdle(_training.Given(parsed), [tried], output.Warn);

        PretrainedEncoder encoder = EncoderNames.Find(parsed.GetValue(_encoder));
        PretrainedEncoder sentenceEncoder = SentenceEncoder(parsed, encoder, methods, output);
        bool readsTemplates = methods.Any(method => method.StartsWith(FewShotVariants.WithTemplate, StringComparison.Ordinal));
        if (readsTemplates)
        {
            RequireLanguageHead(encoder);
        }

        int splits = parsed.GetValue(_splits) ?? DefaultSplits;
        StudyData[] data = [.. folders.Select(folder => ReadTask(parsed, folder, sizes, splits, output.Warn))];
        TaskTemplates templates = TaskTemplates.Of(
            data, parsed.GetValue(_templates) is { } file ? TemplateFile.Read(file) : null, output.Warn);
        foreach ((StudyData set, int rows) in data.SelectMany(set => sizes.Select(rows => (set, rows))))
        {
            StudyDoubts.CheckDraw(set, rows, splits, output.Warn);
        }

        string[] described = readsTemplates ? [.. templates.Describe()] : [];
        foreach (string template in described)
        {
            output.Say(template);
        }

        StudyTable table = Table(EncoderReference.From(encoder), EncoderReference.From(sentenceEncoder), templates.Find);
        table = table with { Note = string.Join(' ', [table.Note.TrimEnd(), .. described]) };
        StudySetting[] settings = [.. data.SelectMany(set => sizes.Select(rows => new StudySetting(set.Reference, rows)
        {
            TestSet = set.TestFingerprint,
            TrainingCount = rows,
        }))];
        foreach ((StudySetting setting, StudyData set) in settings.Zip(data.SelectMany(set => sizes.Select(_ => set))))
        {
            CommandLineCheck.RequireValid(table, setting, set.Training.ArePairs);
        }

        return new StudyWork(
            FewShotVariants.Name, parsed.GetRequiredValue(_out), parsed.GetValue(_reportOnly),
            () => CommandLineCheck.RequirePlace(_training.Read(parsed, Defaults)))
        {
            Data = data,
            Encoders = StudyEncoders.From(encoder, sentenceEncoder),
            Tables = [table],
            Settings = settings,
            Seeds = splits,
            Words = FewShotWords.Translate,
        }.Run(output, cancellation);
    }

    // That there is none is said before the rows are read.
    private static void RequireLanguageHead(PretrainedEncoder encoder)
    {
        try
        {
            encoder.ReadLanguageHead();
        }
        catch (InvalidDataException error)
        {
            throw new InvalidDataException(FewShotWords.Translate(LibraryWords.Translate(error.Message)), error);
        }
    }

    private StudyData ReadTask(ParseResult parsed, string folder, int[] sizes, int splits, Action<string> warn)
    {
        StudyFiles files = _judged.Read(parsed, "");
        return TrainFile(parsed, folder) is { } train
            ? StudyData.Read(folder, files with { Train = train }, _judged.TestRows(parsed), warn)
            : StudyData.ReadSplits(folder, files, sizes, splits, _judged.TestRows(parsed), warn);
    }

    // Null where files hold the splits.
    private string? TrainFile(ParseResult parsed, string folder) =>
        PerSet.Find(_train.Name, parsed.GetValue(_train), StudyData.NameOf(folder));

    private PretrainedEncoder SentenceEncoder(ParseResult parsed, PretrainedEncoder encoder, string[] methods, Output output)
    {
        string? given = parsed.GetValue(_sentenceEncoder);
        bool isUsed = methods.Contains(MethodVariants.SetFit, StringComparer.Ordinal);
        if (given is not null && !isUsed)
        {
            output.Warn($"{_sentenceEncoder.Name} has no effect: setfit is not among the methods.");
        }

        if (given is null && isUsed)
        {
            output.Warn(
                $"setfit is trained on '{encoder.Name}' as the other methods are; it is meant for a sentence encoder, which "
                + $"{_sentenceEncoder.Name} names.");
        }

        return given is null || !isUsed || given == parsed.GetValue(_encoder) ? encoder : EncoderNames.Find(given);
    }

    private TrialConfiguration Common(ParseResult parsed, EncoderReference encoder) => new()
    {
        Data = NoData,
        Encoder = encoder,
        Options = _training.Read(parsed, Defaults with { Mixture = new MixtureOptions() }) with
        {
            LibTorchFolder = null, // says nothing of a result
        },
        Seed = 0,
    };
}
