using Spectre.Console;

namespace Quickstart;

/// <summary>Where people read: standard output, or standard error where standard output is for the JSON object.</summary>
internal static class Output
{
    // Wide enough for a line of progress; files and pipes have no width of their own.
    private const int WidthOfFiles = 120;

    public static IAnsiConsole For(Arguments arguments)
    {
        bool redirected = arguments.Json ? Console.IsErrorRedirected : Console.IsOutputRedirected;
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(arguments.Json ? Console.Error : Console.Out),
            Ansi = redirected ? AnsiSupport.No : AnsiSupport.Detect,
        });
        if (redirected)
        {
            console.Profile.Width = WidthOfFiles;
        }

        return console;
    }
}
