using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace Microsoft.ML.AdaMix.Export;

/// <summary>Runs test/node/classify.mjs, which reads exported folders with transformers.js.</summary>
internal static class TransformersJs
{
    private const string Package = "@huggingface/transformers";

    /// <summary>What the script answers to each job. The test is skipped where Node.js or the package is not there.</summary>
    public static JsonElement[] Run(params object[] jobs)
    {
        string folder = Path.Combine(Reference.Repository, "test", "node");
        if (!Directory.Exists(Path.Combine(folder, "node_modules", Package)))
        {
            Assert.Inconclusive($"{Package} is not there; 'npm ci --ignore-scripts' in test/node brings it. This test is skipped.");
        }

        using Process process = Start(folder);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(JsonSerializer.Serialize(jobs));
        process.StandardInput.Close();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, errors.Result);
        using JsonDocument answers = JsonDocument.Parse(output.Result);
        return [.. answers.RootElement.EnumerateArray().Select(answer => answer.Clone())];
    }

    private static Process Start(string folder)
    {
        try
        {
            return Process.Start(new ProcessStartInfo("node", ["classify.mjs"])
            {
                WorkingDirectory = folder,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
        }
        catch (Win32Exception error)
        {
            Assert.Inconclusive($"Node.js is not there ({error.Message}); this test needs it and is skipped.");
            throw;
        }
    }
}
