using System.CommandLine;
using System.CommandLine.Parsing;
using Microsoft.ML.AdaMix.Tool.Settings;

namespace Microsoft.ML.AdaMix.Tool.Terminal;

/// <summary>What the parser found wrong with a command line.</summary>
internal static class UsageErrors
{
    public static void Write(ParseResult parsed, TextWriter error)
    {
        System.CommandLine.Command command = parsed.CommandResult.Command;
        string[] known = [.. command.Options.Where(option => !option.Hidden).Select(option => option.Name), .. command.Subcommands
            .Select(subcommand => subcommand.Name)];
        string[] unknown = [.. parsed.UnmatchedTokens];
        string[] values = [.. unknown.Where((token, i) => i > 0 && !IsOption(token) && IsOption(unknown[i - 1]))]; // of unknown options
        foreach (string token in unknown.Except(values, StringComparer.Ordinal))
        {
            string kind = IsOption(token) ? "option" : command.Subcommands.Count > 0 ? "command" : "argument";
            string of = command is RootCommand ? "adamix" : $"adamix {command.Name}";
            error.WriteLine($"'{of}' has no {kind} '{token}'.{Hint(command, token, known)}");
        }

        // The parser's own error about an unknown token has that token in quotes.
        foreach (ParseError problem in parsed.Errors.DistinctBy(problem => problem.Message, StringComparer.Ordinal).Where(
            problem => !unknown.Any(token => problem.Message.Contains($"'{token}'", StringComparison.Ordinal)
            && problem.Message.StartsWith("Unrecognized", StringComparison.Ordinal))))
        {
            error.WriteLine(problem.Message);
        }

        error.WriteLine(command is RootCommand ? "'adamix --help' says what there is." : $"'adamix {command.Name} --help' says more.");
    }

    private static string Hint(System.CommandLine.Command command, string token, string[] known) => (command.Name, token) switch
    {
        ("train", "--best-epoch") =>
            " Training keeps the best epoch where it has validation rows (--validation); --keep-last-epoch keeps the last.",
        _ => Suggestion.For(token, known),
    };

    private static bool IsOption(string token) => token.Length > 1 && token[0] == '-';
}
