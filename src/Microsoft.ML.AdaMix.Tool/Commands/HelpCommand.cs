using System.CommandLine;
using Microsoft.ML.AdaMix.Tool.Settings;

namespace Microsoft.ML.AdaMix.Tool.Commands;

/// <summary><c>adamix help train</c>, as --help behind a command.</summary>
internal static class HelpCommand
{
    public static System.CommandLine.Command Create(RootCommand root)
    {
        Argument<string?> about = new("command")
        {
            Arity = ArgumentArity.ZeroOrOne,
            Description = "The command; without, what the tool can do.",
        };
        string[] Names() => [.. root.Subcommands.Select(command => command.Name)];
        about.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !Names().Contains(result.Tokens[0].Value, StringComparer.Ordinal))
            {
                string name = result.Tokens[0].Value;
                result.AddError(
                    $"There is no command '{name}'; expected {string.Join(", ", Names())}.{Suggestion.For(name, Names())}");
            }
        });
        System.CommandLine.Command help = new("help", "Shows the help of a command.") { about };
        help.SetAction(parsed => root
            .Parse(parsed.GetValue(about) is { } name ? [name, "--help"] : ["--help"])
            .Invoke(parsed.InvocationConfiguration));
        return help;
    }
}
