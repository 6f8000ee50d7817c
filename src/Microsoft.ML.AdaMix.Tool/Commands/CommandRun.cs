using System.CommandLine;
using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Tool.Settings;
using Microsoft.ML.AdaMix.Tool.Terminal;
using Microsoft.ML.AdaMix.Training.Resuming;

namespace Microsoft.ML.AdaMix.Tool.Commands;

/// <summary>What all commands do alike: --json, cancellation, errors as exit codes.</summary>
internal static class CommandRun
{
    /// <summary>Lets <paramref name="work"/> do a command's work.</summary>
    /// <param name="command">The command.</param>
    /// <param name="json">Its --json.</param>
    /// <param name="files">What it reads and writes; checked before the work begins.</param>
    /// <param name="work">The work; returns what --json prints, or null where the command wrote it itself.</param>
    /// <param name="dataOnly">Whether standard output is for the command's data in any case.</param>
    /// <param name="savesLast">Whether the command is done once it has written its last file, also if it is cancelled then.</param>
    public static void Runs(
        this GroupedCommand command, Option<bool> json, Func<ParseResult, CommandFiles> files,
        Func<ParseResult, Output, CancellationToken, JsonObject> work, bool dataOnly = false, bool savesLast = false) =>
        command.SetAction((parsed, cancellation) => Task.Run(
            () => Run(parsed,
                new Output(parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error, parsed.GetValue(json), dataOnly),
                (given, output, token) =>
                {
                    CommandEncoders.Begin(new DownloadDisplay(output).Options, token);
                    files(given).Check();
                    return work(given, output, token);
                },
                savesLast,
                cancellation),
            CancellationToken.None));

    public static Option<bool> JsonOption() => new("--json")
    {
        Description = "Ends with one JSON object as the last line of standard output; all else goes to standard error.",
    };

    // What the tool itself throws speaks of options already.
    private static string MessageOf(Exception error) =>
        error.Source == typeof(CommandRun).Assembly.GetName().Name ? error.Message : LibraryWords.Translate(error.Message);

    private static int Run(
        ParseResult parsed, Output output, Func<ParseResult, Output, CancellationToken, JsonObject> work, bool savesLast,
        CancellationToken cancellation)
    {
        // Where a line of progress stands, it is taken away, with what the terminal itself put behind it.
        using CancellationTokenRegistration stopping = cancellation.UnsafeRegister(
            static output => ((Output)output!).Error.WriteLine("Stopping; once more stops at once."), output);
        try
        {
            JsonObject result = work(parsed, output, cancellation);
            if (!savesLast)
            {
                cancellation.ThrowIfCancellationRequested();
            }

            output.Finish(result);
            return ExitCodes.Success;
        }
        catch (TrainingCanceledException stopped)
        {
            output.Error.WriteLine(
                $"Stopped. '{stopped.Folder}' has the training up to step {stopped.Step} of {stopped.Steps}: run the command again, with "
                + "--resume, to go on from there.");
            return ExitCodes.Cancelled;
        }
        catch (StoppedException stopped)
        {
            output.Error.WriteLine(stopped.Message);
            return ExitCodes.Cancelled;
        }
        catch (OperationCanceledException)
        {
            output.Error.WriteLine("Cancelled.");
            return ExitCodes.Cancelled;
        }
        catch (Exception) when (cancellation.IsCancellationRequested)
        {
            // ML.NET wraps what stops its cursors in exceptions of its own.
            output.Error.WriteLine("Cancelled.");
            return ExitCodes.Cancelled;
        }
        catch (UsageException error)
        {
            output.Error.WriteLine(error.Message);
            return ExitCodes.Usage;
        }
        catch (Exception error) when (ErrorCause.Of(error) is IOException or InvalidDataException or UnauthorizedAccessException
            or ArgumentException or InvalidOperationException or NotSupportedException or DllNotFoundException or OutOfMemoryException)
        {
            output.Error.WriteLine(MessageOf(ErrorCause.Of(error)));
            return ExitCodes.Failure;
        }
    }
}
