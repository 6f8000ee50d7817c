using System.CommandLine;
using System.CommandLine.Parsing;

namespace Quickstart;

/// <summary>What the command line says.</summary>
internal sealed record Arguments
{
    public required string Train { get; init; }

    public required string Test { get; init; }

    public required string Label { get; init; }

    public required string Text { get; init; }

    public required string? Pair { get; init; }

    public required string? Encoder { get; init; }

    public required int? Rows { get; init; }

    public required int Epochs { get; init; }

    public required int BatchSize { get; init; }

    public required double? LearningRate { get; init; }

    public required int Seed { get; init; }

    public required string Save { get; init; }

    public required bool Json { get; init; }

    /// <summary>The command line's grammar; <paramref name="run"/> does the work and returns the exit code.</summary>
    public static RootCommand Command(Func<Arguments, CancellationToken, Task<int>> run)
    {
        Option<string?> train = new("--train")
        {
            HelpName = "FILE",
            Description = "Training rows, a TSV with a header line. Default: 1,000 WordNet definitions of 12 topics.",
        };
        Option<string?> test = new("--test") { HelpName = "FILE", Description = "Test rows with the same columns; needed with --train." };
        Option<string> label = new("--label")
        {
            HelpName = "NAME",
            Description = "Column with the label.",
            DefaultValueFactory = _ => "label",
        };
        Option<string> text = new("--text") { HelpName = "NAME", Description = "Column with the text.", DefaultValueFactory = _ => "text" };
        Option<string?> pair = new("--pair") { HelpName = "NAME", Description = "Column with the second text, where rows are pairs." };
        Option<string?> encoder = new("--encoder")
        {
            HelpName = "FOLDER",
            Description = "Hugging Face folder of a RoBERTa or BERT encoder. Default: the embedded roberta-mini.",
        };
        Option<int?> rows = new("--rows") { HelpName = "N", Description = "Trains on the first N rows. Default: all." };
        Option<int> epochs = new("--epochs")
        {
            HelpName = "N",
            Description = "Passes over the training rows.",
            DefaultValueFactory = _ => 6,
        };
        Option<int> batchSize = new("--batch-size") { HelpName = "N", Description = "Rows a step.", DefaultValueFactory = _ => 16 };
        Option<double?> learningRate = new("--learning-rate")
        {
            HelpName = "RATE",
            Description = "Peak learning rate. Default: chosen for the encoder's size.",
        };
        Option<int> seed = new("--seed") { HelpName = "N", Description = "Seed of everything random.", DefaultValueFactory = _ => 1 };
        Option<string> save = new("--save")
        {
            HelpName = "PATH",
            Description = "Where the model is saved.",
            DefaultValueFactory = _ => "model.zip",
        };
        Option<bool> json = new("--json") { Description = "Prints one JSON object on standard output; all else goes to standard error." };

        rows.Validators.Add(result => AtLeastOne(result, rows));
        RootCommand command = new(
            "Trains a text classifier with AdaMix, compares it with ML.NET's linear one, saves it, loads it, and predicts.")
        {
            train, test, label, text, pair, encoder, rows, epochs, batchSize, learningRate, seed, save, json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(train) is null != result.GetValue(test) is null)
            {
                result.AddError("--train and --test go together: give both files, or neither for the sample's own data.");
            }
        });
        command.SetAction((parsed, cancellation) => run(
            new Arguments
            {
                Train = parsed.GetValue(train) ?? SampleData("train-1000.tsv"),
                Test = parsed.GetValue(test) ?? SampleData("test.tsv"),
                Label = parsed.GetRequiredValue(label),
                Text = parsed.GetRequiredValue(text),
                Pair = parsed.GetValue(pair),
                Encoder = parsed.GetValue(encoder),
                Rows = parsed.GetValue(rows),
                Epochs = parsed.GetValue(epochs),
                BatchSize = parsed.GetValue(batchSize),
                LearningRate = parsed.GetValue(learningRate),
                Seed = parsed.GetValue(seed),
                Save = parsed.GetRequiredValue(save),
                Json = parsed.GetValue(json),
            },
            cancellation));
        return command;
    }

    private static string SampleData(string name) => Path.Combine(AppContext.BaseDirectory, "data", name);

    private static void AtLeastOne(OptionResult result, Option<int?> option)
    {
        if (result.GetValue(option) is int value and < 1)
        {
            result.AddError($"{option.Name} is {value}; expected 1 or more.");
        }
    }
}
