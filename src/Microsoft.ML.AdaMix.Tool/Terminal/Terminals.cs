namespace Microsoft.ML.AdaMix.Tool.Terminal;

/// <summary>What is known of the places where a command writes.</summary>
/// <param name="Data">Whether standard output is a terminal.</param>
/// <param name="Error">Whether standard error is one.</param>
/// <param name="CanErase">Whether the terminal can erase a line; null where its type tells.</param>
internal sealed record Terminals(bool Data, bool Error, bool? CanErase = null)
{
    public static Terminals Find(TextWriter data, TextWriter error)
    {
        bool isAutomatic = Environment.GetEnvironmentVariable("CI") is not (null or "" or "0" or "false"); // its log keeps every drawing
        return new Terminals(IsTerminal(data), IsTerminal(error), isAutomatic ? false : null);
    }

    private static bool IsTerminal(TextWriter writer) =>
        (writer == Console.Out && !Console.IsOutputRedirected) || (writer == Console.Error && !Console.IsErrorRedirected);
}
