using System.Text;
using System.Text.Json;
using Microsoft.ML.AdaMix.Files;

namespace Microsoft.ML.AdaMix.Tool.Study;

/// <summary>
/// The results of a study, a <see cref="ResultLine"/> each. A result is appended with one write and flushed to disk; a line that a crash
/// cut off is dropped at the next opening.
/// </summary>
/// <remarks>One process at a time writes the file, which a lock file beside it sees to; any number may read it.</remarks>
internal sealed class ResultsFile : IDisposable
{
    private readonly Dictionary<(string Key, InferenceMode Inference), TrialResult> _results = [];
    private readonly IDisposable? _lock;
    private readonly AppendFile? _file; // null where it is only read

    private ResultsFile(IDisposable? lockFile, AppendFile? file) => (_lock, _file) = (lockFile, file);

    public int Count => _results.Count;

    public IReadOnlyCollection<TrialResult> All => _results.Values;

    /// <summary>Opens or makes a file to add results.</summary>
    /// <exception cref="IOException">Another process has it open.</exception>
    /// <exception cref="InvalidDataException">A whole line is no result.</exception>
    public static ResultsFile Open(string path)
    {
        IDisposable held = Lock(path);
        AppendFile? file = null;
        try
        {
            file = AppendFile.Open(path);
            ResultsFile results = new(held, file);
            byte[] bytes = file.Read();
            int whole = results.Add(bytes, path);
            RequireOwn(bytes.AsSpan(whole), path);
            file.Cut(whole);
            return results;
        }
        catch
        {
            file?.Dispose();
            held.Dispose();
            throw;
        }
    }

    /// <summary>Reads what a file holds now, while another process may be adding to it; nothing where there is no file.</summary>
    /// <exception cref="InvalidDataException">A whole line is no result.</exception>
    public static ResultsFile Read(string path)
    {
        ResultsFile results = new(null, null);
        if (File.Exists(path))
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            byte[] bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            results.Add(bytes, path);
        }

        return results;
    }

    /// <summary>The result of a way of predicting with a trial's mixture, or null.</summary>
    public TrialResult? Find(string key, InferenceMode inference) => _results.GetValueOrDefault((key, inference));

    /// <summary>Any result of a trial, or null.</summary>
    public TrialResult? FindAny(string key) => _results.FirstOrDefault(result => result.Key.Key == key).Value;

    public void Append(TrialResult result)
    {
        AppendFile file = _file ?? throw new InvalidOperationException("The results were opened to be read.");
        file.Append(Encoding.UTF8.GetBytes(ResultLine.Write(result) + "\n"));
        _results[(result.Key, result.Inference)] = result;
    }

    public void Dispose()
    {
        _file?.Dispose();
        _lock?.Dispose();
    }

    private static IDisposable Lock(string path)
    {
        try
        {
            return AppendFile.Lock(path);
        }
        catch (HeldFileException error)
        {
            throw new IOException(
                $"'{path}' is in use by another process, which has locked '{path}.lock'. One process at a time runs the studies of a "
                + "folder: wait for it, or give another folder with --out. With --report-only the results so far can be looked at.", error);
        }
    }

    // What a crash cut off begins as all results do; anything else is somebody's and stays.
    private static void RequireOwn(ReadOnlySpan<byte> tail, string path)
    {
        ReadOnlySpan<byte> start = "{\"key\":\""u8;
        int common = Math.Min(tail.Length, start.Length);
        if (!tail[..common].SequenceEqual(start[..common]))
        {
            throw new InvalidDataException(
                $"'{path}' ends in something else than a result of a study, which would be lost. Give another folder with --out.");
        }
    }

    // Takes whole lines and gives their length in bytes.
    private int Add(byte[] bytes, string path)
    {
        int whole = Array.LastIndexOf(bytes, (byte)'\n') + 1;
        int number = 0;
        foreach (string line in Encoding.UTF8.GetString(bytes, 0, whole).Split('\n').SkipLast(1))
        {
            number++;
            try
            {
                TrialResult result = ResultLine.Read(line);
                _results[(result.Key, result.Inference)] = result;
            }
            catch (JsonException error)
            {
                throw new InvalidDataException(
                    $"'{path}', line {number}: not a result of a study. Mend or remove the line, or give another folder with --out. "
                    + $"{error.Message}", error);
            }
        }

        return whole;
    }
}
