using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using Microsoft.ML.AdaMix.Tool.Commands;

namespace Microsoft.ML.AdaMix.Tool.Tests.Commands;

/// <summary>What one command said.</summary>
internal sealed record Said(int Code, string Output, string Error)
{
    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>The last line of standard output as JSON.</summary>
    public JsonElement Json => JsonDocument.Parse(Lines[^1]).RootElement;
}

/// <summary>Runs commands in this process.</summary>
internal static class Tool
{
    public static Task<Said> Run(params string[] args) => Run(CancellationToken.None, args);

    public static async Task<Said> Run(CancellationToken cancellation, params string[] args)
    {
        await using StringWriter output = new();
        await using StringWriter error = new();
        int code = await AdaMixCommand.InvokeAsync(args, new InvocationConfiguration { Output = output, Error = error }, cancellation);
        return new Said(code, output.ToString(), error.ToString());
    }

    /// <summary>How a shell calls the tool.</summary>
    public static string Line => $"dotnet '{typeof(AdaMixCommand).Assembly.Location}'";

    /// <summary>Runs a command in a process of its own, with standard input.</summary>
    public static Task<Said> Pipe(string input, params string[] args) =>
        Start(new ProcessStartInfo("dotnet", [typeof(AdaMixCommand).Assembly.Location, .. args]), input);

    /// <summary>Runs a command of the tool in another folder, in a process of its own.</summary>
    public static Task<Said> At(string application, IReadOnlyDictionary<string, string> variables, params string[] args)
    {
        string tool = Path.Combine(application, Path.GetFileName(typeof(AdaMixCommand).Assembly.Location));
        ProcessStartInfo start = new("dotnet", [tool, .. args]);
        foreach ((string name, string value) in variables)
        {
            start.Environment[name] = value;
        }

        return Start(start, "");
    }

    /// <summary>Runs a line of a Unix shell in a folder.</summary>
    public static Task<Said> Shell(string folder, string line) =>
        Start(new ProcessStartInfo("sh", ["-c", line]) { WorkingDirectory = folder }, "");

    private static async Task<Said> Start(ProcessStartInfo start, string input)
    {
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return new Said(process.ExitCode, await output, await error);
    }

    /// <summary>Runs a command that has to succeed.</summary>
    public static async Task<Said> Succeed(params string[] args)
    {
        Said said = await Run(args);
        Assert.AreEqual(0, said.Code, said.Error);
        return said;
    }
}
