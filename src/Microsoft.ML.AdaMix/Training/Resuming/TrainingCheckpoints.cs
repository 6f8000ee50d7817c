using System.Reflection;
using Microsoft.ML.AdaMix.Files;

namespace Microsoft.ML.AdaMix.Training.Resuming;

/// <summary>Finds the checkpoint from which a training goes on, and writes those of this run.</summary>
/// <remarks>Holds a lock in the folder, so that two trainings never write over each other.</remarks>
internal sealed class TrainingCheckpoints : IDisposable
{
    private readonly CheckpointOptions _options;
    private readonly string _folder;
    private readonly TrainingIdentity _training;
    private readonly Action<string> _warn;
    private readonly CheckpointSchedule _schedule;
    private readonly IDisposable _lock;
    private bool _isFailing; // a full disk stays full for a while: said once

    private TrainingCheckpoints(CheckpointOptions options, string folder, TrainingIdentity training, Action<string> warn)
    {
        (_options, _folder, _training, _warn) = (options, folder, training, warn);
        _schedule = new CheckpointSchedule(options.Steps, options.Minutes);
        FileSystem.Current.CreateFolder(folder);
        try
        {
            _lock = AppendFile.Lock(Path.Combine(folder, "training"));
        }
        catch (HeldFileException error)
        {
            throw new IOException(
                $"Another training writes its checkpoints into '{folder}'. Wait for it, or name another folder.", error);
        }
    }

    /// <summary>Where the training computed whose checkpoint was found; null where there was none.</summary>
    public TrainingPlace? FoundPlace { get; private set; }

    /// <summary>The training as it was found; null where there was none.</summary>
    public TrainingSnapshot? Found { get; private set; }

    /// <summary>The newest checkpoint that was found or written; null for none.</summary>
    public string? Newest { get; private set; }

    /// <summary>Where this run computes; set before the first is written.</summary>
    public TrainingPlace Place { get; set; } = new(string.Empty, string.Empty);

    /// <summary>Opens a folder and looks for the newest checkpoint that is whole.</summary>
    /// <param name="options">Where, and how often.</param>
    /// <param name="training">What is trained.</param>
    /// <param name="warn">Hears of damaged checkpoints, and of those that could not be written.</param>
    /// <exception cref="InvalidOperationException">The checkpoints are of another training; the message lists what differs.</exception>
    /// <exception cref="InvalidDataException">There are checkpoints, and all are damaged.</exception>
    /// <exception cref="NotSupportedException">The newest one was written by a later version.</exception>
    /// <exception cref="IOException">The folder cannot be used, or another training does.</exception>
    public static TrainingCheckpoints Open(CheckpointOptions options, TrainingIdentity training, Action<string> warn)
    {
        string folder = LinkPath.Follow(Path.GetFullPath(options.Folder));
        TrainingCheckpoints checkpoints = new(
            options, options.FolderPerTraining ? Path.Combine(folder, training.ShortHash()) : folder, training, warn);
        try
        {
            checkpoints.Find();
            return checkpoints;
        }
        catch
        {
            checkpoints.Dispose();
            throw;
        }
    }

    /// <summary>Writes a checkpoint if one is due after a step.</summary>
    public void WriteIfDue(TrainingState state)
    {
        if (_schedule.IsDue(state.Meter.Step))
        {
            Write(state);
        }
    }

    /// <summary>Writes a checkpoint at an epoch's end, unless it would take too much of the time; at the last one's in any case.</summary>
    public void WriteAtEpochEnd(TrainingState state)
    {
        if (state.IsFinished || _schedule.IsDueAtEpochEnd)
        {
            Write(state);
        }
    }

    /// <summary>Writes a checkpoint; where it cannot be written, training goes on with a warning.</summary>
    public void Write(TrainingState state) => _schedule.Measure(() =>
    {
        int step = state.Meter.Step;
        string path = CheckpointFolder.PathOf(_folder, step);
        try
        {
            TrainingSnapshot snapshot = state.Take();
            CheckpointManifest manifest = new()
            {
                Version = CheckpointManifest.CurrentVersion,
                ProductVersion = Version,
                Training = _training,
                Place = Place,
                Position = snapshot.Place,
                History = snapshot.History,
            };
            AtomicFile.Write(path, stream => CheckpointFile.Write(stream, manifest, snapshot));
            Newest = path;
            CheckpointFolder.Keep(_folder, _options.Keep);
            if (_isFailing)
            {
                _isFailing = false;
                _warn($"Checkpoints are written again, first '{path}'.");
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            if (!_isFailing)
            {
                _isFailing = true;
                _warn($"The checkpoint of step {step} could not be written: {error.Message.TrimEnd('.')}. Training goes on, and tries at "
                    + $"each later one; the last one is {(Newest is null ? "none" : $"'{Newest}'")}.");
            }
        }
    });

    /// <summary>Says from where a training that was cancelled can go on.</summary>
    /// <param name="steps">All steps of the training.</param>
    /// <exception cref="TrainingCanceledException">There is a checkpoint.</exception>
    public void ThrowCanceled(int steps)
    {
        if (Newest is { } path)
        {
            throw new TrainingCanceledException(_folder, CheckpointFolder.StepOf(path)!.Value, steps);
        }
    }

    public void Dispose() => _lock.Dispose();

    private static string Version { get; } = typeof(TrainingCheckpoints).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    private void Find()
    {
        List<string> damaged = [];
        foreach (string path in CheckpointFolder.List(_folder))
        {
            try
            {
                Take(path);
                foreach (string warning in damaged)
                {
                    _warn($"{warning} Training goes on from the one before, '{path}'.");
                }

                return;
            }
            catch (Exception error) when (error is InvalidDataException or EndOfStreamException)
            {
                damaged.Add(error.Message);
            }
        }

        if (damaged.Count > 0)
        {
            throw new InvalidDataException(
                $"No checkpoint in '{_folder}' is whole: {string.Join(' ', damaged)} Remove them to begin anew, or name another folder.");
        }
    }

    private void Take(string path)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        (CheckpointManifest manifest, TrainingSnapshot snapshot) = CheckpointFile.Read(stream, path);
        if (manifest.Training.DifferencesFrom(_training) is { Length: > 0 } differences)
        {
            throw new InvalidOperationException(
                $"The checkpoints in '{_folder}' are of another training: {differences}. Set all of it back to go on, or name another "
                + "folder to begin anew. For cross-validation and sweeps set Checkpoints.FolderPerTraining.");
        }

        if (manifest.ProductVersion != Version)
        {
            _warn($"'{path}' was written by version {manifest.ProductVersion}, and this is {Version}: training goes on, and its last bits "
                + "may differ from those of one version alone.");
        }

        (Found, FoundPlace, Newest) = (snapshot, manifest.Place, path);
    }
}
