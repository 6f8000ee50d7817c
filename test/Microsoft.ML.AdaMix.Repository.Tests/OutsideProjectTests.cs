using System.Diagnostics;

namespace Microsoft.ML.AdaMix.Repository;

/// <summary>Projects elsewhere that reference the sources.</summary>
[TestClass]
public sealed class OutsideProjectTests
{
    [TestMethod]
    [TestCategory("Slow")]
    public async Task A_project_outside_of_the_repository_builds_trains_and_publishes_as_a_single_file()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Inconclusive("The script is for Linux.");
        }

        ProcessStartInfo start = new("bash", [Path.Combine(Reference.Repository, "build", "check-outside-project.sh")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.AreEqual(0, process.ExitCode, $"{await output}\n{await error}");
        Assert.EndsWith("Both work.", (await output).TrimEnd());
    }
}
