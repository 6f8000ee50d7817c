using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Microsoft.ML.AdaMix.Tool.Terminal;

namespace Microsoft.ML.AdaMix.Tool.Commands;

/// <summary>The command line as a whole.</summary>
internal static class AdaMixCommand
{
    public static RootCommand Create()
    {
        RootCommand root = new(
            "Fine-tunes RoBERTa, BERT and relatives as text classifiers with AdaMix (Wang et al., EMNLP 2022), applies them, and repeats "
            + $"the paper's ablations. Exit codes: {ExitCodes.Help}")
        {
            new TrainCommand().Create(),
            new EvaluateCommand().Create(),
            new PredictCommand().Create(),
            new InfoCommand().Create(),
            new ExportCommand().Create(),
            new ImportCommand().Create(),
            new AblateCommand().Create(),
            new CompareCommand().Create(),
            new FewShotCommand().Create(),
        };
        root.Add(HelpCommand.Create(root));
        HelpOption help = root.Options.OfType<HelpOption>().Single();
        if (help.Action is SynchronousCommandLineAction otherwise)
        {
            GroupedHelp grouped = new(otherwise);
            help.Action = grouped;
            root.SetAction(grouped.Invoke); // adamix alone
        }

        return root;
    }

    /// <summary>Parses and runs a command line.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> InvokeAsync(
        IReadOnlyList<string> args, InvocationConfiguration configuration, CancellationToken cancellation = default)
    {
        ParseResult parsed = Create().Parse(args);
        if (parsed.Action is ParseErrorAction)
        {
            UsageErrors.Write(parsed, configuration.Error);
            return ExitCodes.Usage;
        }

        return await parsed.InvokeAsync(configuration, cancellation);
    }
}
