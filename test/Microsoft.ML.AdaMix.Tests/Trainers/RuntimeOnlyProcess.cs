using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Microsoft.ML.AdaMix.Tests.Trainers;

/// <summary>Runs an application that references the Runtime alone, in a process of its own.</summary>
internal static class RuntimeOnlyProcess
{
    /// <summary>
    /// The application loads the model and predicts the same, without any libtorch file beside it or in its memory, and leaves nothing in
    /// the folders of its user, where ONNX Runtime's telemetry keeps an identifier and what it sends.
    /// </summary>
    /// <param name="model">The model's file.</param>
    /// <param name="rows">What is predicted.</param>
    /// <param name="scores">Expected for each row.</param>
    /// <param name="labels">Expected for each row.</param>
    /// <param name="encoder">Folder that the application registers as an encoder before it loads the model; null for none.</param>
    public static void AssertPredicts(string model, Row[] rows, float[][] scores, string[] labels, string? encoder = null)
    {
        string configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        string folder = Path.Combine(Reference.Repository, "test", "RuntimeOnlyApp", "bin", configuration, "net10.0");
        Assert.IsEmpty(
            Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(
                file => Path.GetFileName(file).Contains("torch", StringComparison.OrdinalIgnoreCase)),
            "no file of libtorch or TorchSharp");
        ProcessStartInfo start = new(
            "dotnet", [Path.Combine(folder, "RuntimeOnlyApp.dll"), model, .. encoder is null ? Array.Empty<string>() : [encoder]])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = Encoding.UTF8,
        };
        using TemporaryFolder home = new();
        foreach (string variable in new[] { "HOME", "TMPDIR", "XDG_CACHE_HOME" })
        {
            start.Environment[variable] = home.Path;
        }

        start.Environment.Remove("CI"); // turns telemetry off too
        start.Environment.Remove("ORT_DISABLE_TELEMETRY");
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        foreach (Row row in rows)
        {
            process.StandardInput.WriteLine(row.Text);
        }

        process.StandardInput.Close();
        string[] lines = output.GetAwaiter().GetResult().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode);
        Assert.HasCount(rows.Length + 1, lines);
        for (int i = 0; i < rows.Length; i++)
        {
            using JsonDocument line = JsonDocument.Parse(lines[i]);
            Assert.AreEqual(labels[i], line.RootElement.GetProperty("predictedLabel").GetString());
            Golden.AssertClose(scores[i], [.. line.RootElement.GetProperty("score").EnumerateArray().Select(value => value.GetSingle())],
                1e-5, "score in a fresh process");
        }

        Assert.IsEmpty(Directory.GetFileSystemEntries(home.Path));
        using JsonDocument last = JsonDocument.Parse(lines[^1]);
        Assert.IsFalse(last.RootElement.GetProperty("libtorchLoaded").GetBoolean());
    }
}
