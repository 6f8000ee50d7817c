using System.CommandLine;
using System.CommandLine.Parsing;
using Microsoft.ML.AdaMix.OptionDescriptions;
using Microsoft.ML.AdaMix.Tool.Settings;
using Microsoft.ML.AdaMix.Tool.Tasks;

namespace Microsoft.ML.AdaMix.Tool.Commands;

/// <summary>The template of prompt-based tuning, and the words for the classes.</summary>
internal sealed class TemplateArguments
{
    private static readonly OptionDescription TextDescription =
        OptionDescription.For(typeof(PromptTemplate)).Single(option => option.Name == nameof(PromptTemplate.Text));

    private readonly Option<string?> _text = new(TextDescription.CommandLineName)
    {
        HelpName = TextDescription.Placeholder,
        Description = $"{TextDescription.Help} Such as '{new PromptTemplate().Text}', for pairs with {{pair}}. Default: none, a "
        + "classification head.",
    };
    private readonly Option<string?> _verbalizer = new(VerbalizerSettings.Option)
    {
        HelpName = "WORDS",
        Description = "With --template: the words that stand for the classes at the mask, such as 1=great|good,0=terrible. Default: found "
        + "from the training rows.",
    };
    private readonly Option<string?> _verbalizers = new(VerbalizerSettings.FileOption)
    {
        HelpName = "FILE",
        Description = $"JSON with the words by class, such as {{\"1\": \"great|good\", \"0\": \"terrible\"}}, in place of "
        + $"{VerbalizerSettings.Option}.",
    };
    private readonly IReadOnlyList<LibraryOption> _own = LibraryOption.From(
        new PromptTemplate(), nameof(PromptTemplate.AutomaticWords), nameof(PromptTemplate.Demonstrations),
        nameof(PromptTemplate.TrainHead));

    public IEnumerable<Option> All => [_text, _verbalizer, _verbalizers, .. _own.Select(option => option.Option)];

    /// <summary>The file of words.</summary>
    public Option<string?> WordsFile => _verbalizers;

    /// <summary>The options that were given, as the library's errors name them.</summary>
    public IEnumerable<string> Given(ParseResult parsed) => LibraryOption.Given(_own, parsed, "Template.");

    /// <summary>Complains of what means nothing without a template.</summary>
    public void Check(CommandResult result)
    {
        bool isGiven = result.GetResult(_text) is not null;
        foreach (Option option in All.Where(option => !isGiven && result.GetResult(option) is { Implicit: false }))
        {
            result.AddError($"{option.Name} needs {_text.Name}: it is about the words at a template's mask.");
        }

        if (result.GetResult(_verbalizer) is not null && result.GetResult(_verbalizers) is not null)
        {
            result.AddError($"{_verbalizer.Name} and {_verbalizers.Name} both give the words; expected one of them.");
        }
    }

    /// <summary>The template, or null where none is given.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="task">Which classes there are; null while rows are not read.</param>
    /// <exception cref="UsageException">The words are not valid.</exception>
    /// <exception cref="InvalidDataException">The file of words is none, or the words do not fit the classes.</exception>
    public PromptTemplate? Read(ParseResult parsed, LabelledTask? task = null)
    {
        if (parsed.GetValue(_text) is not { } text)
        {
            return null;
        }

        PromptTemplate template = new()
        {
            Text = text,
            Verbalizers = VerbalizerSettings.Parse(parsed.GetValue(_verbalizer), parsed.GetValue(_verbalizers), task),
        };
        foreach (LibraryOption option in _own)
        {
            option.Apply(parsed, template);
        }

        return template;
    }
}
