using System.CommandLine;
using System.CommandLine.Parsing;
using Microsoft.ML.AdaMix.Tool.Settings;
using Microsoft.ML.AdaMix.Tool.Tasks;

namespace Microsoft.ML.AdaMix.Tool.Commands;

/// <summary>Where rows without a label are, and how the model that labels them is trained on them.</summary>
internal sealed class SelfTrainingArguments
{
    private readonly IReadOnlyList<LibraryOption> _options = LibraryOption.From(
        new AdaMixOptions(), [nameof(AdaMixOptions.SelfTrainingRounds), nameof(AdaMixOptions.SelfTrainingShare)]);

    public SelfTrainingArguments() => _options[0].TellDefault($"0, and 1 with {Texts.Name}");

    /// <summary>The file of texts.</summary>
    public Option<string?> Texts { get; } = new("--unlabelled", "--unlabeled")
    {
        HelpName = "FILE",
        Description =
        "Rows without a label, such as lines of text (.txt); the ending says how they are written. The model labels them, and training "
        + "starts anew on the surest of them too: self-training in one round, for few rows with a label. Default with "
        + "--self-training-rounds: the rows of --train whose label is empty.",
    };

    public IEnumerable<Option> All => [Texts, .. _options.Select(option => option.Option)];

    /// <summary>Complains of a file of texts where the task knows no rows without a label.</summary>
    public void Check(CommandResult result, string task)
    {
        if (result.GetResult(Texts) is not null && task != TaskNames.Multiclass)
        {
            result.AddError($"{Texts.Name} is for --task {TaskNames.Multiclass}; the task is {task}."
                + (task == TaskNames.Binary ? " Yes and no may be two classes: leave out --task." : ""));
        }
    }

    /// <summary>The options that were given, as the library's errors name them.</summary>
    public IEnumerable<string> Given(ParseResult parsed) => LibraryOption.Given(_options, parsed);

    /// <summary>The options with what is set; a file of texts alone means one round.</summary>
    /// <exception cref="UsageException">There is a file of texts, and other options leave no use for it.</exception>
    public AdaMixOptions Read(ParseResult parsed, AdaMixOptions options)
    {
        bool hasTexts = parsed.GetValue(Texts) is not null;
        AdaMixOptions set = options with { SelfTrainingRounds = hasTexts ? 1 : 0 };
        foreach (LibraryOption option in _options)
        {
            option.Apply(parsed, set);
        }

        string? other = !hasTexts ? null
            : set.SelfTrainingRounds == 0 ? "--self-training-rounds 0"
            : set.Template is { Demonstrations: > 0 } ? "--demonstrations" : null;
        return other is null ? set : throw new UsageException($"{Texts.Name} does not go with {other}; leave out one of the two.");
    }
}
