using System.Diagnostics;
using System.Text;
using Microsoft.ML.AdaMix.Tool.Commands;

namespace Microsoft.ML.AdaMix.Tool.Tests.Terminal;

/// <summary>Runs the tool in a real terminal, which the program script makes.</summary>
internal static class PseudoTerminal
{
    private const string Script = "/usr/bin/script";

    public static bool Exists => OperatingSystem.IsLinux() && File.Exists(Script);

    /// <summary>Runs a command until it ends.</summary>
    /// <param name="width">Columns of the terminal.</param>
    /// <param name="shell">What a shell puts around the command, with {0} for it.</param>
    /// <param name="interruptAt">What the terminal has to have been sent for Ctrl+C to be pressed; null for never.</param>
    /// <param name="args">The command.</param>
    /// <returns>All that the terminal was sent, and the exit code.</returns>
    public static (string Sent, int Code) Run(int width, string shell, string? interruptAt, params string[] args)
    {
        string size = $"stty cols {width} rows 24";
        string command = string.Join(' ', new[] { "dotnet", typeof(AdaMixCommand).Assembly.Location }.Concat(args).Select(
            argument => $"'{argument}'"));
        ProcessStartInfo start = new(
            Script, ["-q", "-e", "-c", $"{size}; {shell.Replace("{0}", command, StringComparison.Ordinal)}", "/dev/null"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["TERM"] = "xterm-256color";
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment.Remove("CI");
        using Process process = Process.Start(start)!;
        StringBuilder sent = new();
        char[] buffer = new char[1024];
        while (process.StandardOutput.Read(buffer) is > 0 and var count)
        {
            sent.Append(buffer, 0, count);
            if (interruptAt is not null && sent.ToString().Contains(interruptAt, StringComparison.Ordinal))
            {
                process.StandardInput.Write('\u0003');
                process.StandardInput.Flush();
                interruptAt = null;
            }
        }

        process.WaitForExit();
        return (sent.ToString(), process.ExitCode);
    }
}
