using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Tool.Commands;
using Microsoft.ML.AdaMix.Tool.Study;

namespace Microsoft.ML.AdaMix.Reliability.Kills;

/// <summary>A study is run to its end, kill after kill; then the next one begins.</summary>
/// <remarks>
/// After a kill the results so far, and the experts that were kept, are bit for bit those of a study that nobody disturbed; times and what
/// depends on them apart.
/// </remarks>
internal sealed class StudyScenario : IKillScenario
{
    private static readonly string[] Timed = ["training", "evaluationSeconds", "finished", "check"];

    private readonly Lazy<(Dictionary<string, string> Results, Dictionary<string, string> Mixtures)> _undisturbed = new(RunUndisturbed);

    public string Name => "studies";

    public int LongestMilliseconds => 5000;

    public void Work(string folder, ChildState state)
    {
        WriteData(folder);
        state.IsReady = true;
        for (; ; state.Done++)
        {
            Run(folder, Study(folder, state.Done));
        }
    }

    public string? Check(string folder, ChildState state)
    {
        string[] studies = [.. Directory.GetDirectories(folder, "study-*")];
        foreach (string study in studies)
        {
            if (Torn(study) is { } torn)
            {
                return torn;
            }

            if (study != Study(folder, state.Done))
            {
                if (Results(study).Count != _undisturbed.Value.Results.Count)
                {
                    return $"{study} is over and has not all results.";
                }

                Directory.Delete(study, recursive: true);
            }
        }

        return null;
    }

    private static string Study(string folder, long number) => Path.Combine(folder, $"study-{number}");

    // What a killed child left of a study, against what it would have been.
    private string? Torn(string study)
    {
        try
        {
            foreach ((string key, string result) in Results(study))
            {
                if (!_undisturbed.Value.Results.TryGetValue(key, out string? expected) || result != expected)
                {
                    return $"{study}: a result is {result}; expected is {expected}";
                }
            }

            foreach ((string name, string hash) in Mixtures(study))
            {
                if (_undisturbed.Value.Mixtures.GetValueOrDefault(name) != hash)
                {
                    return $"{study}: '{name}' is torn.";
                }
            }

            return null;
        }
        catch (Exception error)
        {
            return $"{study}: {error.Message}";
        }
    }

    private static (Dictionary<string, string> Results, Dictionary<string, string> Mixtures) RunUndisturbed()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("adamix-kills-");
        try
        {
            WriteData(folder.FullName);
            Run(folder.FullName, Study(folder.FullName, 0));
            return (Results(Study(folder.FullName, 0)), Mixtures(Study(folder.FullName, 0)));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Run(string folder, string study)
    {
        string[] arguments =
        [
            "ablate", "table11", "--data", Path.Combine(folder, "set"), "--epochs", "1", "--seeds", "1", "--batch-size", "8",
            "--max-length", "16", "--out", study,
        ];
        StringWriter error = new();
        int code = AdaMixCommand.InvokeAsync(arguments, new InvocationConfiguration { Output = TextWriter.Null, Error = error })
            .GetAwaiter().GetResult();
        if (code != 0)
        {
            throw new InvalidOperationException($"The study ended with code {code}: {error}");
        }
    }

    // Whole lines only: what a kill cut off is dropped at the next start.
    private static Dictionary<string, string> Results(string study)
    {
        string file = Path.Combine(study, "results.jsonl");
        string text = File.Exists(file) ? File.ReadAllText(file) : "";
        return text.Split('\n').SkipLast(1).Select(line =>
        {
            ResultLine.Read(line); // its check fits what is in it
            JsonObject result = JsonNode.Parse(line)!.AsObject();
            Array.ForEach(Timed, name => result.Remove(name));
            return (Key: $"{result["key"]} {result["inference"]?.ToJsonString()}", Text: result.ToJsonString());
        }).ToDictionary(result => result.Key, result => result.Text, StringComparer.Ordinal);
    }

    private static Dictionary<string, string> Mixtures(string study)
    {
        string folder = Path.Combine(study, "mixtures");
        return Directory.Exists(folder)
            ? Directory.GetFiles(folder, "*.safetensors").ToDictionary(
                file => Path.GetFileName(file), file => Convert.ToHexString(SHA256.HashData(WithoutRecord(file))), StringComparer.Ordinal)
            : [];
    }

    // The header has the training's date and times; the experts stand behind it.
    private static byte[] WithoutRecord(string file)
    {
        byte[] bytes = File.ReadAllBytes(file);
        return bytes[(8 + (int)BitConverter.ToInt64(bytes))..];
    }

    private static void WriteData(string folder)
    {
        string set = Directory.CreateDirectory(Path.Combine(folder, "set")).FullName;
        string[] texts = ["animal\ta small furry mammal", "tool\tit drives nails", "animal\ta large grey elephant", "tool\tit cuts wood"];
        foreach (string name in (string[])["train.tsv", "dev.tsv", "test.tsv"])
        {
            string path = Path.Combine(set, name);
            if (!File.Exists(path))
            {
                File.WriteAllLines(path, ["label\ttext", .. Enumerable.Range(0, 8).Select(row => $"{texts[row % 4]} {row}")]);
            }
        }
    }
}
