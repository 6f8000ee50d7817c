using Microsoft.ML.AdaMix.Reliability.Mutation;

namespace Microsoft.ML.AdaMix.Tool.Tests.Mutation;

/// <summary>Files of strangers, of which Microsoft.ML.AdaMix.Reliability reads any number.</summary>
[TestClass]
public sealed class HostileFileTests
{
    private const long Inputs = 100_000;

    private static string Corpus => Path.Combine(
        Reference.Repository, "test", "Microsoft.ML.AdaMix.Tool.Tests", "Mutation", "Corpus");

    [TestMethod]
    [TestCategory("Slow")]
    public void Mutated_files_are_refused_as_documented_or_accepted_unaltered()
    {
        using TemporaryFolder folder = new();
        List<string> found = [];
        MutationRun run = new(FileClasses.All, Inputs, seed: 17, new FindingStore(folder.Path, found.Add));

        run.Run(threads: Environment.ProcessorCount);

        Assert.IsEmpty(found, string.Join('\n', found));
        foreach ((string name, Tally tally) in run.Tallies)
        {
            Assert.IsGreaterThan(0, tally.Accepted, name);
            Assert.IsGreaterThan(0, tally.Inputs - tally.Accepted, name);
        }
    }

    [TestMethod]
    [DynamicData(nameof(CorpusFiles))]
    public void A_file_that_once_did_harm_does_none(string name, string file)
    {
        using FileClass files = FileClasses.Find(name).Create();
        Assert.IsNull(Judge.Of(files, File.ReadAllBytes(Path.Combine(Corpus, name, file))).Problem);
    }

    [TestMethod]
    public void An_input_follows_from_its_number_alone()
    {
        foreach (FileClassEntry entry in FileClasses.All)
        {
            using FileClass one = entry.Create();
            using FileClass other = entry.Create();
            _ = entry.Input(other, 1, 6);
            CollectionAssert.AreEqual(entry.Input(one, 1, 7), entry.Input(other, 1, 7), entry.Name);
            CollectionAssert.AreEqual(one.Valid, other.Valid, entry.Name);
        }
    }

    public static IEnumerable<object[]> CorpusFiles() => Directory.EnumerateDirectories(Corpus).SelectMany(
        folder => Directory.EnumerateFiles(folder).Select(file => new object[] { Path.GetFileName(folder), Path.GetFileName(file) }));
}
