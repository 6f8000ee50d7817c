using System.Diagnostics;

namespace Microsoft.ML.AdaMix.Repository.Reliability;

/// <summary>The long run of the reliability program, at a hundredth of its length.</summary>
[TestClass]
public sealed class EnduranceTests
{
    [TestMethod]
    [TestCategory("Slow")]
    [DataRow("predictions")]
    [DataRow("views of 100 rows")]
    [DataRow("loads and disposals")]
    [DataRow("engines")]
    [DataRow("trainings")]
    [DataRow("trials of a sweep")]
    [DataRow("swaps under load")]
    [DataRow("rounds of 64 threads")]
    public void Answers_stay_the_same_and_memory_handles_and_threads_flat(string part)
    {
        (int code, string text) = Run("endurance", "--scale", "0.01", "--only", part);

        Assert.AreEqual(0, code, text);
        Assert.Contains("| flat |", text);
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void A_leak_is_seen()
    {
        (int code, string text) = Run("endurance", "--scale", "0.01", "--only", "a leak");

        Assert.AreEqual(1, code, text);
        Assert.Contains("FAILED: memory grows", text);
    }

    private static (int Code, string Text) Run(params string[] arguments)
    {
        string configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        string program = Path.Combine(
            Reference.Repository, "test", "Microsoft.ML.AdaMix.Reliability", "bin", configuration, "net10.0",
            "Microsoft.ML.AdaMix.Reliability.dll");
        using Process process = Process.Start(
            new ProcessStartInfo("dotnet", [program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, $"{output}\n{error.GetAwaiter().GetResult()}");
    }
}
