using System.CommandLine;
using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Files;
using Microsoft.ML.AdaMix.Hub;
using Microsoft.ML.AdaMix.Tool.Settings;

namespace Microsoft.ML.AdaMix.Tool.Commands;

/// <summary>
/// What a command reads and writes, by the options that name it. Before any of it is opened, what would be lost is refused and what will be
/// needed is tried.
/// </summary>
internal sealed class CommandFiles(ParseResult parsed)
{
    private const string InputStream = "standard input";
    private static readonly string[] OutputStreams = ["standard output", "standard error"];

    private readonly List<NamedFile> _inputs = [];
    private readonly List<NamedFile> _outputs = [];
    private readonly List<Action> _trials = [];

    /// <summary>Files that the command reads; options that are not given are left aside.</summary>
    public CommandFiles Reads(params IEnumerable<Symbol> options)
    {
        foreach (Symbol option in options)
        {
            Reads(option.Name, Value(option));
        }

        return this;
    }

    /// <inheritdoc cref="Reads(IEnumerable{Symbol})"/>
    public CommandFiles Reads(string option, string? path)
    {
        if (path is not null)
        {
            _inputs.Add(NamedFile.At(option, path));
        }

        return this;
    }

    /// <summary>What was led into standard input.</summary>
    public CommandFiles ReadsStandardInput()
    {
        _inputs.Add(new NamedFile(InputStream, null, FileIdentity.OfStandardStream(0)));
        return this;
    }

    /// <summary>An encoder's folder and the files in it.</summary>
    public CommandFiles ReadsEncoder(Symbol option)
    {
        if (Value(option) is { } name && !EncoderNames.IsEmbedded(name))
        {
            string? folder = HubAddress.Is(name) ? HubEncoders.CachedFolder(EncoderNames.Address(name)) : name;
            if (folder is not null) // what is not in the cache yet cannot be lost
            {
                ReadsFolder(option.Name, folder, HuggingFaceFolder.Files(folder));
            }
        }

        return this;
    }

    /// <summary>A folder and files in it.</summary>
    public CommandFiles ReadsFolder(string option, string folder, IEnumerable<string> files)
    {
        foreach (string path in files.Prepend(folder))
        {
            Reads(option, path);
        }

        return this;
    }

    /// <summary>A model, which ML.NET unpacks into the temporary folder.</summary>
    public CommandFiles ReadsModel(Symbol option)
    {
        Reads(option);
        FileInfo file = new(Value(option)!);
        _trials.Add(() => WriteCheck.TemporaryFolder(Path.GetTempPath(), file.Exists ? file.Length : 0));
        return this;
    }

    /// <summary>A file that the command writes, and what is tried of it.</summary>
    public CommandFiles Writes(Symbol option, Action<string> trial)
    {
        if (Value(option) is { } path)
        {
            _outputs.Add(NamedFile.At(option.Name, path));
            AddTrial(option, () => trial(path));
        }

        return this;
    }

    /// <summary>A folder that the command writes, files in it, and what is tried of it.</summary>
    public CommandFiles WritesFolder(Symbol option, Action<string> trial, params IEnumerable<string> files)
    {
        if (Value(option) is { } folder)
        {
            _outputs.AddRange(files.Select(file => Path.Combine(folder, file)).Prepend(folder).Select(
                path => NamedFile.At(option.Name, path)));
            AddTrial(option, () => trial(folder));
        }

        return this;
    }

    /// <exception cref="ArgumentException">An output is an input or another output.</exception>
    /// <exception cref="IOException">An output cannot be written, or the temporary folder.</exception>
    /// <exception cref="UnauthorizedAccessException">The temporary folder may not be written.</exception>
    public void Check()
    {
        NamedFile[] streams = [.. OutputStreams.Select(
            (name, index) => new NamedFile(name, null, FileIdentity.OfStandardStream(index + 1)))];
        foreach (NamedFile output in _outputs.Concat(streams))
        {
            if (_inputs.Find(input => input.Is(output)) is { } input)
            {
                throw new ArgumentException(
                    $"{output} is the same as {input}, which is read: it would be lost. Name another place to write to.");
            }
        }

        foreach ((int index, NamedFile output) in _outputs.Index())
        {
            if (_outputs.Skip(index + 1).Concat(streams.Where(_ => !output.IsStream)).FirstOrDefault(other => other.Clashes(output))
                is { } other)
            {
                throw new ArgumentException(
                    $"{output} and {other} {(other.Is(output) ? "are the same" : "would lie one in the other")}: one of them would be "
                    + "lost. Name another place for one of them.");
            }
        }

        _trials.ForEach(trial => trial());
    }

    /// <summary>Writes what an option names, or tries it, so that errors name the option.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(Symbol option, Action write)
    {
        try
        {
            write();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{option.Name} cannot be written: {error.Message}", error);
        }
    }

    private void AddTrial(Symbol option, Action trial) => _trials.Add(() => Write(option, trial));

    private string? Value(Symbol option) => parsed.GetValue<object?>(option.Name) as string;

    private sealed record NamedFile(string Option, string? Path, FileIdentity? Identity)
    {
        public static NamedFile At(string option, string path) => string.IsNullOrWhiteSpace(path)
            ? throw new UsageException($"{option} is empty; expected is a path.")
            : new NamedFile(option, path, FileIdentity.Find(path));

        public bool IsStream => Path is not null && LinkPath.IsDescriptor(LinkPath.Follow(Path));

        public bool Is(NamedFile other) => Identity is { } mine && mine == other.Identity;

        // What one option writes is its own affair.
        public bool Clashes(NamedFile other) => Option != other.Option && Identity is { } mine && other.Identity is { } theirs
            && (mine == theirs || mine.Holds(theirs) || theirs.Holds(mine));

        public override string ToString() => Path is null ? Option : $"{Option} '{Path}'";
    }
}
