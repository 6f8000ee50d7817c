using System.Diagnostics;

namespace Microsoft.ML.AdaMix.Repository;

/// <summary>The check for machines with a GPU, tried on the CPU.</summary>
[TestClass]
public sealed class GpuCheckTests
{
    private static readonly string Folder = Path.Combine(Reference.Repository, "build", "gpu-check");

    [TestMethod]
    [TestCategory("Slow")]
    public void On_a_CPU_everything_in_it_passes_and_the_table_has_our_figures_beside_the_peers()
    {
        string files = Path.GetDirectoryName(Reference.Golden())!;
        foreach (string[] needed in (string[][])[["data", "trec6", "test.tsv"], ["tools", "gpu", "work", "ids", "sst2-speed.txt"]])
        {
            if (!File.Exists(Path.Combine([files, .. needed])))
            {
                Assert.Inconclusive($"'{Path.Combine([files, .. needed])}' is not there; this test needs it and is skipped.");
            }
        }

        using TemporaryFolder output = new();
        (int code, string text) = Run("--device", "cpu", "--files", files, "--out", output.Path);
        Assert.AreEqual(0, code, text);
        File.WriteAllText(Path.Combine(output.Path, "peers.jsonl"), """
            {"shape": "tiny", "batch": 4, "name": "adamix: 2 passes, dynamic padding, grouped by length, fp32", "rows_s": 0.5, "loss": 0.7}
            {"shape": "tiny", "batch": 4, "name": "adamix reference: 2 passes, padded to 128, tf32", "rows_s": 0.25, "loss": 0.7}
            {"shape": "tiny", "batch": 4, "name": "transformers + peft LoRA r8 q,v: 1 pass, bf16 autocast", "rows_s": NaN, "loss": NaN}

            """);
        (code, text) = Run("table", "--out", output.Path);
        Assert.AreEqual(0, code, text);
        string[] table = File.ReadAllLines(Path.Combine(output.Path, "table.md"));
        string[] cells = Array.ConvertAll(
            table.First(line => line.StartsWith("| tiny | 4 | adamix | Float32 | ", StringComparison.Ordinal)).Split('|'),
            cell => cell.Trim());
        Assert.AreEqual("0.5", cells[7], "plain PyTorch");
        Assert.AreNotEqual(string.Empty, cells[8], "the ratio");
        Assert.AreEqual(string.Empty, cells[9], "TF32 is not float32");
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void Its_archive_is_small_enough_and_runs_where_there_is_nothing_but_a_libtorch()
    {
        string libTorch = Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native");
        if (!OperatingSystem.IsLinux() || !Directory.Exists(libTorch))
        {
            Assert.Inconclusive("The archive is for Linux on x64.");
        }

        Reference.Golden();
        (int code, string text) = Run(new ProcessStartInfo("bash", [Path.Combine(Folder, "pack.sh")]));
        Assert.AreEqual(0, code, text);
        using TemporaryFolder unpacked = new();
        string archive = Path.Combine(Reference.Repository, "artifacts", "gpu-check.tar.gz");
        (code, text) = Run(new ProcessStartInfo("tar", ["xzf", archive, "-C", unpacked.Path]));
        Assert.AreEqual(0, code, text);
        string check = Path.Combine(unpacked.Path, "gpu-check");
        string results = Path.Combine(unpacked.Path, "results");
        (code, text) = Run(Bare("bash", Path.Combine(check, "run.sh"), "--device", "cpu", results));
        Assert.AreEqual(0, code, text);
        Assert.Contains("checks passed", text);

        // A GPU makes every claim, a trial the first of each kind: all that they read has to be there.
        (code, text) = Run(Bare(
            Path.Combine(check, "bin", "gpu-check"),
            "--device", "cpu", "--all", "--seconds", "1", "--files", Path.Combine(check, "files"), "--out", results));
        Assert.AreEqual(0, code, text);

        ProcessStartInfo Bare(string program, params string[] arguments)
        {
            ProcessStartInfo start = new(program, arguments) { WorkingDirectory = unpacked.Path };
            start.Environment.Clear();
            start.Environment["PATH"] = "/usr/bin:/bin";
            start.Environment["ADAMIX_LIBTORCH"] = libTorch;
            start.Environment["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1";
            return start;
        }
    }

    [TestMethod]
    public void A_claim_that_does_not_hold_is_in_the_table_and_in_the_exit_code_also_of_a_run_that_was_ended()
    {
        using TemporaryFolder output = new();
        File.WriteAllText(Path.Combine(output.Path, "results.jsonl"), """
            {"name":"one","passed":true,"found":0.1,"limit":1,"error":null,"kind":"check"}
            {"name":"two","passed":false,"found":3,"limit":1,"error":null,"kind":"check"}
            {"name":"thr
            """);
        (int code, string text) = Run("table", "--out", output.Path);
        Assert.AreEqual(1, code, text);
        Assert.Contains("1 of 2 checks passed", text);
        Assert.Contains("FAILED: two: 3, limit 1", text);
    }

    [TestMethod]
    [DataRow("pack.sh")]
    [DataRow("run.sh")]
    public void Its_scripts_can_be_read(string script)
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Inconclusive("The scripts are for Linux.");
        }

        (int code, string text) = Run(new ProcessStartInfo("bash", ["-n", Path.Combine(Folder, script)]));
        Assert.AreEqual(0, code, text);
    }

    private static (int Code, string Text) Run(params string[] arguments)
    {
        string configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        return Run(new ProcessStartInfo(
            "dotnet", [Path.Combine(Folder, "bin", configuration, "net10.0", "gpu-check.dll"), .. arguments]));
    }

    private static (int Code, string Text) Run(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, $"{output}\n{error.GetAwaiter().GetResult()}");
    }
}
