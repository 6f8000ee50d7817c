using System.CommandLine;
using System.CommandLine.Invocation;

namespace Microsoft.ML.AdaMix.Tool.Terminal;

/// <summary>Help of a <see cref="GroupedCommand"/>; other commands have the library's own.</summary>
internal sealed class GroupedHelp(SynchronousCommandLineAction otherwise) : SynchronousCommandLineAction
{
    private const int WidestHeading = 34;
    private const int WidthOfFiles = 110;
    private const int Gap = 2;

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        if (parseResult.CommandResult.Command is not GroupedCommand command)
        {
            return otherwise.Invoke(parseResult);
        }

        int width = Console.IsOutputRedirected ? 0 : Console.WindowWidth; // some terminals do not know theirs
        Write(command, parseResult.InvocationConfiguration.Output, width <= 0 ? WidthOfFiles : Math.Clamp(width, 40, WidthOfFiles));
        return ExitCodes.Success;
    }

    public static void Write(GroupedCommand command, TextWriter output, int width)
    {
        WriteParagraph(output, command.Description ?? "", 0, width);
        output.WriteLine();
        output.WriteLine("Usage:");
        output.WriteLine(
            $"  adamix {command.Name}"
            + string.Concat(command.Arguments.Select(argument => $" <{argument.HelpName ?? argument.Name}>"))
            + string.Concat(command.Options.Where(option => option.Required).Select(option => $" {Heading(option)}"))
            + " [options]");
        (string Heading, string Text)[] arguments = [
            .. command.Arguments.Select(argument => ($"<{argument.HelpName ?? argument.Name}>", argument.Description ?? ""))];
        int column = arguments.Select(argument => argument.Heading).Concat(
            command.Groups.SelectMany(group => group.Options).Select(Heading)).Max(heading => heading.Length) + (2 * Gap);
        column = Math.Min(column, Math.Min(WidestHeading, width / 2));
        if (arguments.Length > 0)
        {
            output.WriteLine();
            output.WriteLine("Arguments:");
            WriteEntries(output, arguments, column, width);
        }

        foreach (OptionGroup group in command.Groups)
        {
            output.WriteLine();
            output.WriteLine($"{group.Title}:");
            WriteEntries(output, group.Options.Select(option => (Heading(option), TextOf(option))), column, width);
        }

        foreach (string note in command.Notes)
        {
            output.WriteLine();
            WriteParagraph(output, note, 0, width);
        }

        output.WriteLine();
        output.WriteLine("Examples:");
        foreach (string example in command.Examples)
        {
            output.WriteLine($"  {example}");
        }

        output.WriteLine();
        WriteParagraph(output, $"Exit codes: {ExitCodes.Help}", 0, width);
    }

    private static string Heading(Option option) => option.HelpName is { } value ? $"{option.Name} {value}" : option.Name;

    private static string TextOf(Option option) => option.Required ? $"{option.Description} (required)" : option.Description ?? "";

    private static void WriteEntries(TextWriter output, IEnumerable<(string Heading, string Text)> entries, int column, int width)
    {
        foreach ((string heading, string text) in entries)
        {
            string left = new string(' ', Gap) + heading;
            if (left.Length > column - Gap)
            {
                output.WriteLine(left);
                left = "";
            }

            foreach (string line in Wrapping.Wrap(text, width - column))
            {
                output.WriteLine($"{left.PadRight(column)}{line}");
                left = "";
            }
        }
    }

    private static void WriteParagraph(TextWriter output, string text, int indent, int width)
    {
        foreach (string line in Wrapping.Wrap(text, width - indent))
        {
            output.WriteLine($"{new string(' ', indent)}{line}");
        }
    }
}
