using System.Text;
using System.Text.Json;
using Microsoft.ML.AdaMix.Tool.Terminal;

namespace Microsoft.ML.AdaMix.Tool.Study;

/// <summary>
/// The results of a study, a JSON object a line. A result is appended with one write and flushed to disk; a line that a crash cut off is dropped at the next opening. One
/// process at a time has the file.
/// </summary>
internal sealed class ResultsFile : IDisposable
{
    private readonly FileStream _file;
    private readonly Dictionary<(string Key, Inference Inference), TrialResult> _results = [];

    private ResultsFile(FileStream file) => _file = file;

    public int Count => _results.Count;

    /// <summary>Opens or makes a file.</summary>
    /// <exception cref="IOException">Another process has it open.</exception>
    /// <exception cref="InvalidDataException">A whole line is no result.</exception>
    public static ResultsFile Open(string path)
    {
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        }
        catch (IOException error)
        {
            throw new IOException($"'{path}' cannot be opened for writing: {error.Message} A study's folder serves one process at a time; give each its own with --out.", error);
        }

        ResultsFile results = new(file);
        try
        {
            results.Read(path);
            return results;
        }
        catch
        {
            results.Dispose();
            throw;
        }
    }

    /// <summary>The result of a way of predicting with a trial's mixture, or null.</summary>
    public TrialResult? Find(string key, Inference inference) => _results.GetValueOrDefault((key, inference));

    /// <summary>Any result of a trial, or null.</summary>
    public TrialResult? FindAny(string key) => _results.FirstOrDefault(result => result.Key.Key == key).Value;

    public void Append(TrialResult result)
    {
        byte[] line = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(result, Output.JsonFormat) + "\n");
        _file.Write(line);
        _file.Flush(flushToDisk: true);
        _results[(result.Key, result.Inference)] = result;
    }

    public void Dispose() => _file.Dispose();

    private void Read(string path)
    {
        byte[] bytes = new byte[_file.Length];
        _file.ReadExactly(bytes);
        int whole = Array.LastIndexOf(bytes, (byte)'\n') + 1;
        int number = 0;
        foreach (string line in Encoding.UTF8.GetString(bytes, 0, whole).Split('\n', StringSplitOptions.None).SkipLast(1))
        {
            number++;
            try
            {
                TrialResult result = JsonSerializer.Deserialize<TrialResult>(line, Output.JsonFormat) ?? throw new JsonException("It is null.");
                _results[(result.Key, result.Inference)] = result;
            }
            catch (JsonException error)
            {
                throw new InvalidDataException($"'{path}', line {number}: not a result of a study. Mend or remove the line, or give another folder with --out. {error.Message}", error);
            }
        }

        _file.SetLength(whole);
        _file.Seek(0, SeekOrigin.End);
    }
}
