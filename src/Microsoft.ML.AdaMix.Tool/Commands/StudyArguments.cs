using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Tool.Settings;
using Microsoft.ML.AdaMix.Tool.Study;
using Microsoft.ML.AdaMix.Tool.Terminal;

namespace Microsoft.ML.AdaMix.Tool.Commands;

/// <summary>What all studies have on their command line, and how they run.</summary>
/// <param name="defaults">Options of training where the command line has none.</param>
internal sealed class StudyArguments(AdaMixOptions defaults)
{
    private readonly Option<string> _data = new("--data")
    {
        HelpName = "DIR,DIR",
        Description = "Folders of data sets, each with training, development and test rows of several classes, separated by commas.",
        Required = true,
    };
    private readonly Option<string> _train = new("--train-file")
    {
        HelpName = "NAME",
        Description = "Training rows in a folder; SET=NAME is for one set only, as in train-1000.tsv,banking77=train.tsv. Default: "
            + "train.tsv.",
        DefaultValueFactory = _ => "train.tsv",
    };
    private readonly Option<string?> _rowsOfClass = new("--rows-of-class")
    {
        HelpName = "N",
        Description = "Trains on at most N rows of each class, drawn with the seed; SET=N is for one set only. Default: all.",
    };
    private readonly Option<string> _dev = new("--dev-file")
    {
        HelpName = "NAME",
        Description = "Development rows in a folder; needed only where epochs are judged. Default: dev.tsv.",
        DefaultValueFactory = _ => "dev.tsv",
    };
    private readonly Option<string?> _rows = new("--rows")
    {
        HelpName = "N,N",
        Description =
        "Trains on N rows, drawn with the seed; several numbers repeat the study at each, apart from the others. Default: all rows.",
    };
    private readonly JudgedRowsArguments _judged = new();
    private readonly EncoderOption _encoder = new(
        "--encoder",
        $"Hugging Face folder of an encoder such as RoBERTa or BERT{EncoderOption.OrHub} Default: the embedded {EncoderNames.Default}.");
    private readonly Option<int?> _seeds = Choices.Count("--seeds", "Repeats every trial with the seeds 1 to N. Default: 3.");
    private readonly Option<bool> _bestEpoch = new("--best-epoch")
    {
        Description = "Judges each epoch on the development rows and keeps the best. Default: the last epoch is kept.",
    };
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
    private readonly TrainingArguments _training = new(defaults, TrainingArguments.OfStudy);

    // The command line is checked before anything is read.
    private static DataReference NoData { get; } = new("", "", null, "");

    private static EncoderReference NoEncoder { get; } = new("", null);

    /// <summary>Adds options and action to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="tables">Its tables, from the command line and a configuration without method and mixture.</param>
    /// <param name="own">Options of the command itself.</param>
    public void AddTo(
        GroupedCommand command, Func<ParseResult, TrialConfiguration, IReadOnlyList<StudyTable>> tables, params IEnumerable<Option> own)
    {
        command.Add("Study", [.. own, _encoder, _seeds, _rows, _out, _reportOnly, _json]);
        command.Add("Data", [_data, _train, _rowsOfClass, _dev, .. _judged.All]);
        command.Add("Training", [.. _training.All, _bestEpoch]);
        command.Runs(_json, Files, (parsed, output, cancellation) => Run(command.Name, parsed, tables, output, cancellation));
    }

    private CommandFiles Files(ParseResult parsed)
    {
        CommandFiles files = new CommandFiles(parsed).ReadsEncoder(_encoder)
            .WritesFolder(_out, StudyFolder.Check, StudyFolder.Results, StudyFolder.Mixtures);
        string[] folders = Choices.Split(parsed.GetRequiredValue(_data));
        string[] sets = [.. folders.Select(StudyData.NameOf)];
        PerSet.RequireKnown(_train.Name, parsed.GetRequiredValue(_train), sets);
        PerSet.RequireKnown(_rowsOfClass.Name, parsed.GetValue(_rowsOfClass), sets);
        foreach (string set in folders)
        {
            files.ReadsFolder(
                _data.Name, set, 
                ((string[])[TrainFile(parsed, set), parsed.GetRequiredValue(_dev), _judged.TestFile(parsed)])
                    .Select(file => Path.Combine(set, file)));
        }

        return files;
    }

    private JsonObject Run(string name, ParseResult parsed, Func<ParseResult, TrialConfiguration, IReadOnlyList<StudyTable>> tables,
        Output output, CancellationToken cancellation)
    {
        string[] folders = Folders(parsed.GetRequiredValue(_data));
        int?[] sizes = [.. Sizes(parsed)];
        IReadOnlyList<StudyTable> Tables(EncoderReference reference) => tables(parsed, Template(parsed, reference));
        CommandLineCheck.RequireValid(Tables(NoEncoder));
        CommandLineCheck.WarnOfIdle(_training.Given(parsed), Tables(NoEncoder), output.Warn);

        PretrainedEncoder encoder = EncoderNames.Find(parsed.GetValue(_encoder));
        StudyFiles files = _judged.Read(parsed, parsed.GetRequiredValue(_dev));
        if (parsed.GetResult(_dev) is { Implicit: false } && folders.FirstOrDefault(
            folder => !File.Exists(Path.Combine(folder, files.Development))) is { } without)
        {
            throw new FileNotFoundException($"'{without}' has no file '{files.Development}', which --dev-file names.");
        }

        StudyData[] data = [.. folders.Select(folder => StudyData.Read(
            folder, files with { Train = TrainFile(parsed, folder), RowsOfClass = RowsOfClass(parsed, folder) },
            _judged.TestRows(parsed), output.Warn))];
        IReadOnlyList<StudyTable> chosen = Tables(EncoderReference.From(encoder));
        IReadOnlyList<StudySetting> settings = [
            .. data.SelectMany(set => sizes.Select(rows => new StudySetting(set.Reference, rows)
            {
                TestSet = set.TestFingerprint,
                TrainingCount = set.Count(rows),
            }))];
        return new StudyWork(
            name, parsed.GetRequiredValue(_out), parsed.GetValue(_reportOnly),
            () => CommandLineCheck.RequirePlace(_training.Read(parsed, new AdaMixOptions())))
        {
            Data = data,
            Encoders = StudyEncoders.From(encoder),
            Tables = chosen,
            Settings = settings,
            Seeds = parsed.GetValue(_seeds) ?? 3,
        }.Run(output, cancellation);
    }

    private TrialConfiguration Template(ParseResult parsed, EncoderReference encoder) => new()
    {
        Data = NoData, // each setting puts its own here
        Encoder = encoder,
        Options = _training.Read(parsed, defaults with { Mixture = MixtureOptions.Published }) with
        {
            LibTorchFolder = null, // says nothing of a result
        },
        BestEpoch = parsed.GetValue(_bestEpoch),
        Seed = 0,
    };

    /// <summary>The folders that --data names.</summary>
    /// <exception cref="UsageException">There is none, or two have one name.</exception>
    public static string[] Folders(string data)
    {
        string[] folders = Choices.Split(data);
        if (folders.Length == 0)
        {
            throw new UsageException($"--data is '{data}'; expected folders of data sets, separated by commas.");
        }

        return folders.GroupBy(StudyData.NameOf, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice
            ? throw new UsageException(
                $"--data names {twice.Count()} folders called '{twice.Key}'; expected different names, by which tables and plots are "
                + "called.")
            : folders;
    }

    private string TrainFile(ParseResult parsed, string folder) =>
        PerSet.Find(_train.Name, parsed.GetRequiredValue(_train), StudyData.NameOf(folder)) ?? "train.tsv";

    private int? RowsOfClass(ParseResult parsed, string folder)
    {
        string? found = PerSet.Find(_rowsOfClass.Name, parsed.GetValue(_rowsOfClass), StudyData.NameOf(folder));
        return found is null ? null
            : int.TryParse(found, NumberStyles.None, CultureInfo.InvariantCulture, out int rows) && rows > 0 ? rows
            : throw new UsageException($"--rows-of-class has '{found}'; expected a whole number of 1 or more.");
    }

    private IEnumerable<int?> Sizes(ParseResult parsed)
    {
        int[] sizes = Sizes(_rows.Name, parsed.GetValue(_rows));
        return sizes.Length == 0 ? [null] : sizes.Select(rows => (int?)rows);
    }

    /// <summary>Numbers of rows that an option names, each once.</summary>
    /// <exception cref="UsageException">One is none.</exception>
    public static int[] Sizes(string option, string? list) => [.. Choices.Split(list).Select(
        size => int.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out int rows) && rows > 1
            ? rows
            : throw new UsageException($"{option} has '{size}'; expected numbers of 2 or more, separated by commas.")).Distinct()];
}
