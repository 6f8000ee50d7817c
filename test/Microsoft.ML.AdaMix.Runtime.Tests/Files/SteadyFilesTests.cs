namespace Microsoft.ML.AdaMix.Files;

[TestClass]
public sealed class SteadyFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static IEnumerable<object[]> Ways => ChangedFile.Ways.Keys.Select(way => (object[])[way]);

    [TestMethod]
    public void A_file_that_stays_as_it_is_is_read()
    {
        string path = Content("one.bin", 100_000);

        byte[] read = new SteadyFiles().Read(path, All);

        CollectionAssert.AreEqual(File.ReadAllBytes(path), read);
    }

    [TestMethod]
    [DynamicData(nameof(Ways))]
    public void A_file_that_is_changed_while_it_is_read_is_an_error_that_names_it(string way)
    {
        string path = Content("one.bin", 100_000);

        IOException error = Assert.ThrowsExactly<IOException>(() => ChangedFile.While("one.bin", way, "one.bin").Read(path, All));

        Assert.Contains($"'{path}' was changed by another program while it was read", error.Message);
    }

    [TestMethod]
    [DynamicData(nameof(Ways))]
    public void A_file_that_is_changed_while_others_are_read_after_it_is_an_error_that_names_it(string way)
    {
        string first = Content("one.bin", 100);
        string second = Content("two.bin", 100);
        SteadyFiles files = ChangedFile.While("one.bin", way, "two.bin");

        IOException error = Assert.ThrowsExactly<IOException>(
            () => files.ReadTogether(() => (files.Read(first, All), files.Read(second, All))));

        Assert.Contains($"'{first}' was changed", error.Message);
    }

    [TestMethod]
    public void What_fails_because_files_do_not_fit_together_says_so_where_one_was_changed()
    {
        string first = Content("one.bin", 100);
        string second = Content("two.bin", 100);
        SteadyFiles files = ChangedFile.While("one.bin", "emptied", "two.bin");

        IOException error = Assert.ThrowsExactly<IOException>(() => files.ReadTogether<int>(() =>
        {
            files.Read(first, All);
            files.Read(second, All);
            throw new InvalidDataException("they do not fit");
        }));

        Assert.Contains($"'{first}' was changed", error.Message);
        Assert.AreEqual("they do not fit", error.InnerException!.Message);
    }

    [TestMethod]
    public void An_error_in_a_file_that_stays_as_it_is_passes_through()
    {
        string path = Content("one.bin", 100);
        SteadyFiles files = new();

        Assert.ThrowsExactly<InvalidDataException>(
            () => files.ReadTogether(() => files.Read<int>(path, _ => throw new InvalidDataException("broken"))));
    }

    [TestMethod]
    public void A_file_that_ends_before_its_length_is_an_error_that_names_it()
    {
        string path = Content("one.bin", 100);
        SteadyFiles files = new(_ => new MemoryStream(new byte[60]));

        IOException error = Assert.ThrowsExactly<IOException>(() => files.Read(path, stream =>
        {
            stream.ReadExactly(new byte[100]);
            return 0;
        }));

        Assert.Contains($"'{path}' ended", error.Message);
    }

    public void Dispose() => _folder.Dispose();

    private string Content(string name, int length)
    {
        byte[] bytes = new byte[length];
        new Random(1).NextBytes(bytes);
        string path = _folder.Write(name, bytes);
        ChangedFile.Settle(_folder.Path);
        return path;
    }

    private static byte[] All(Stream stream)
    {
        byte[] content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
