using System.Security.Cryptography;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.AdaMix.Reliability.Kills;

/// <summary>A folder is exported over its forerunner, one model after the other.</summary>
/// <remarks>
/// After a kill the folder has, bit for bit, the files of the last model or of the one that was being exported, and ONNX Runtime opens it.
/// </remarks>
internal sealed class ExportingScenario : IKillScenario
{
    private const int Models = 8;

    private readonly AdaMixTransformer[] _models = [.. Enumerable.Range(0, Models).Select(NumberedModels.Create)];
    private readonly Dictionary<int, string> _contents = [];

    public string Name => "exporting";

    public int LongestMilliseconds => 60;

    public void Work(string folder, ChildState state)
    {
        long first = state.Done;
        for (long done = first; ; state.Done = ++done)
        {
            _models[done % Models].ExportOnnx(Path.Combine(folder, "export"), overwrite: true);
            state.IsReady |= done > first; // its code is compiled now, and work goes fast
        }
    }

    public string? Check(string folder, ChildState state)
    {
        string export = Path.Combine(folder, "export");
        if (!Directory.Exists(export))
        {
            return state.Done == 0 ? null : "There is no folder.";
        }

        try
        {
            string found = Content(export);
            using InferenceSession session = new(Path.Combine(export, "onnx", "model.onnx"));
            return found == Expected((state.Done + Models - 1) % Models) || found == Expected(state.Done % Models)
                ? null
                : $"The folder is none of the models {state.Done - 1} and {state.Done}.";
        }
        catch (Exception error)
        {
            return $"The folder is torn: {error.Message}";
        }
    }

    private string Expected(long number)
    {
        if (!_contents.TryGetValue((int)number, out string? content))
        {
            DirectoryInfo folder = Directory.CreateTempSubdirectory("adamix-kills-");
            _models[number].ExportOnnx(folder.FullName);
            _contents[(int)number] = content = Content(folder.FullName);
            folder.Delete(recursive: true);
        }

        return content;
    }

    private static string Content(string folder) => string.Join('\n', Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
        .Order(StringComparer.Ordinal).Select(
            file => $"{Path.GetRelativePath(folder, file)} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))}"));
}
