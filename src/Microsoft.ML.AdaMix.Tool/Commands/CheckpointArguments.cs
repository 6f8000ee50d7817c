using System.CommandLine;
using Microsoft.ML.AdaMix.Tool.Settings;
using Microsoft.ML.AdaMix.Tool.Terminal;
using Microsoft.ML.AdaMix.Training.Resuming;

namespace Microsoft.ML.AdaMix.Tool.Commands;

/// <summary>Where a training writes checkpoints, and whether it goes on from them.</summary>
internal sealed class CheckpointArguments
{
    private readonly IReadOnlyList<LibraryOption> _options = LibraryOption.From(new CheckpointOptions());
    private readonly Option<bool> _resume = new("--resume")
    {
        Description = "Goes on from the newest checkpoint; where there is none, training begins.",
    };

    public IEnumerable<Option> All => [.. _options.Select(option => option.Option), _resume];

    /// <summary>The option that names the folder.</summary>
    public Option Folder => _options.Single(option => option.Property == nameof(CheckpointOptions.Folder)).Option;

    /// <summary>Complains of options without a folder.</summary>
    public void Check(System.CommandLine.Parsing.CommandResult result)
    {
        if (result.GetResult(Folder) is null
            && All.FirstOrDefault(option => result.GetResult(option) is { Implicit: false }) is { } alone)
        {
            result.AddError($"{alone.Name} needs {Folder.Name}, the folder for checkpoints.");
        }
    }

    /// <summary>What is set; null without a folder.</summary>
    public CheckpointOptions? Read(ParseResult parsed)
    {
        if (parsed.GetResult(Folder) is null)
        {
            return null;
        }

        CheckpointOptions checkpoints = new();
        foreach (LibraryOption option in _options)
        {
            option.Apply(parsed, checkpoints);
        }

        return checkpoints;
    }

    /// <summary>Looks whether a folder's checkpoints are to be gone on from, and says where there are none.</summary>
    /// <exception cref="IOException">There are checkpoints, and nothing says to go on from them.</exception>
    public void CheckFolder(ParseResult parsed, CheckpointOptions checkpoints, Output output)
    {
        int? newest = CheckpointFolder.List(checkpoints.Folder).Select(CheckpointFolder.StepOf).FirstOrDefault();
        if (newest is { } found && !parsed.GetValue(_resume))
        {
            throw new IOException(
                $"'{checkpoints.Folder}' holds checkpoints of a training up to step {found}. Add {_resume.Name} to go on from there, or "
                + $"name another folder with {Folder.Name} to begin anew.");
        }

        if (parsed.GetValue(_resume) && newest is null)
        {
            output.Say($"'{checkpoints.Folder}' has no checkpoint yet; training begins."); // where it has one, the library says so
        }
    }
}
