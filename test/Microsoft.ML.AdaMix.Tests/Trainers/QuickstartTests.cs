using System.Diagnostics;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;

namespace Microsoft.ML.AdaMix.Tests.Trainers;

/// <summary>The quickstart as a process of its own.</summary>
[TestClass]
public sealed class QuickstartTests
{
    private static readonly string[] Fields = ["accuracy", "baselineAccuracy", "trainRowsPerSecond", "trainedParameters", "seconds"];

    [TestMethod]
    [TestCategory("Slow")]
    public void Two_processes_with_one_seed_train_the_same_model_bit_for_bit()
    {
        using TemporaryFolder folder = new();
        Assert.AreEqual(Train(folder.Path, "first.zip", seed: 3), Train(folder.Path, "second.zip", seed: 3));
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void Two_processes_with_different_seeds_do_not_train_the_same_model()
    {
        using TemporaryFolder folder = new();
        Assert.AreNotEqual(Train(folder.Path, "first.zip", seed: 3), Train(folder.Path, "third.zip", seed: 4));
    }

    private static string Train(string folder, string model, int seed)
    {
        string configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        string program = Path.Combine(Reference.Repository, "samples", "Quickstart", "bin", configuration, "net10.0", "Quickstart.dll");
        string path = Path.Combine(folder, model);
        ProcessStartInfo start = new("dotnet", [
            program, "--train", Cut(folder, "train.tsv", 16), "--test", Cut(folder, "test.tsv", 16), "--epochs", "1", "--seed", $"{seed}",
            "--save", path, "--json"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, errors.GetAwaiter().GetResult());
        using JsonDocument result = JsonDocument.Parse(output.Trim().Split('\n')[^1]);
        foreach (string field in Fields)
        {
            Assert.IsGreaterThan(0, result.RootElement.GetProperty(field).GetDouble(), field);
        }

        return TunedWeights(path);
    }

    private static string Cut(string folder, string file, int rows)
    {
        string path = Path.Combine(folder, file);
        File.WriteAllLines(path, File.ReadLines(Path.Combine(Reference.Repository, "samples", "Quickstart", "data", file)).Take(rows + 1));
        return path;
    }

    private static string TunedWeights(string model)
    {
        using ZipArchive archive = ZipFile.OpenRead(model);
        ZipArchiveEntry part = archive.Entries.Single(entry => entry.Name == "AdaMix.tuned");
        using Stream content = part.Open();
        return Convert.ToHexString(SHA256.HashData(content));
    }
}
