using System.Diagnostics;

namespace Microsoft.ML.AdaMix.Repository;

/// <summary>The program that kills children at their work, with fewer kills than the figures in the documents.</summary>
[TestClass]
public sealed class KillTests
{
    private const int Kills = 1000; // five to six minutes on two cores that have nothing else to do

    [TestMethod]
    [TestCategory("Slow")]
    public void Nothing_is_lost_by_children_that_are_killed_while_they_train_save_export_and_study()
    {
        string configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        const string Name = "Microsoft.ML.AdaMix.Reliability";
        string program = Path.Combine(Reference.Repository, "test", Name, "bin", configuration, "net10.0", $"{Name}.dll");
        using Process process = Process.Start(new ProcessStartInfo("dotnet", [program, "kills", $"{Kills}"])
        {
            RedirectStandardOutput = true,
        })!;

        string said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();

        Assert.AreEqual(0, process.ExitCode, said);
        Assert.Contains($"{Kills} kills in ", said);
        Assert.Contains(" 0 losses.", said);
    }
}
