using Microsoft.ML.AdaMix.Scoring;

namespace Microsoft.ML.AdaMix.Runtime.Tests.ModelFiles;

[TestClass]
public sealed class ModelContainerTests
{
    private static readonly byte[] Saved = SavedModels.Save(Classifiers.Transformer());

    [TestMethod]
    [DataRow("AdaMix.manifest")]
    [DataRow("AdaMix.tuned")]
    [DataRow("AdaMix.encoder")]
    public void A_part_that_unpacks_to_a_thousand_times_the_file_is_refused_before_it_is_unpacked(string part)
    {
        byte[] bomb = WithBomb(name => name.EndsWith(part, StringComparison.Ordinal));
        string folder = Directory.CreateTempSubdirectory("adamix-").FullName;
        try
        {
            MLContext ml = new() { TempFilePath = folder };
            long before = GC.GetAllocatedBytesForCurrentThread();
            Exception error = Assert.Throws<Exception>(() => ml.Model.Load(new MemoryStream(bomb), out _));

            Assert.Contains("unpacks to", error.InnerException!.Message);
            Assert.IsLessThan(16 << 20, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestMethod]
    public void LoadDelta_looks_at_all_entries_before_ML_NET_does()
    {
        byte[] bomb = WithBomb(name => name.EndsWith("Version.txt", StringComparison.Ordinal));
        Assert.Contains("unpacks to", Refusal(bomb));
        Assert.IsNotNull(SavedModels.Load(Saved));
    }

    [TestMethod]
    public void LoadDelta_says_of_every_damaged_file_that_it_is_one()
    {
        Assert.Contains("damaged", Refusal([]));
        Assert.Contains("damaged", Refusal([1, 2, 3]));
        Assert.Contains("damaged", Refusal(Saved[..(Saved.Length / 2)]));
        foreach (string entry in SavedModels.Entries(Saved).Where(name => !name.EndsWith("Version.txt", StringComparison.Ordinal)))
        {
            Refusal(SavedModels.WithEntry(Saved, entry, content => content[..(content.Length / 2)]));
            Refusal(SavedModels.WithEntry(Saved, entry, _ => []));
        }
    }

    private static string Refusal(byte[] file) => Assert.ThrowsExactly<InvalidDataException>(
        () => new MLContext().Model.LoadDelta(new MemoryStream(file), PretrainedEncoder.RobertaMini, out _)).Message;

    private static byte[] WithBomb(Func<string, bool> isThis) =>
        SavedModels.WithEntry(Saved, Array.Find(SavedModels.Entries(Saved), name => isThis(name))!, _ => new byte[64 << 20]);
}
