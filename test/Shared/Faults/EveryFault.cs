using Microsoft.ML.AdaMix.Files;

namespace Microsoft.ML.AdaMix.Testing;

/// <summary>
/// Lets each operation of a writer fail in each way, and kills it at each: what stands there loads as the old or the new content, and
/// nothing else remains, of a kill after the next write.
/// </summary>
internal sealed class EveryFault
{
    /// <summary>Writes the old content, without a fault; does nothing where there is none.</summary>
    public required Action<TemporaryFolder> Before { get; init; }

    /// <summary>Writes the new content.</summary>
    public required Action<TemporaryFolder> Write { get; init; }

    /// <summary>What stands there, however it is told; null where nothing does. Throws where it does not load.</summary>
    public required Func<TemporaryFolder, string?> Read { get; init; }

    /// <summary>Whether the file system has the call that exchanges names.</summary>
    public bool CanExchange { get; init; } = true;

    /// <summary>Faults to try.</summary>
    public IEnumerable<Fault> Faults { get; init; } = Testing.Faults.All;

    /// <returns>How many operations the writer has.</returns>
    public int Run()
    {
        using TemporaryFolder template = new();
        Calmly(Before, template);
        (string? old, string[] oldEntries) = (Read(template), Entries(template));
        (string? @new, string[] newEntries) = After(template);
        Assert.AreNotEqual(old, @new, "A writer that changes nothing shows nothing.");
        int operations = Count(template);
        foreach (Fault fault in Faults)
        {
            for (int n = 1; n <= operations; n++)
            {
                using TemporaryFolder folder = new();
                Copy(template, folder);
                FaultyDisk disk = new(n, fault) { CanExchange = CanExchange };
                Exception? error = Try(folder, disk);
                string what = $"{fault} at operation {n} ({disk.Hit}) of {operations}: {error}";
                Assert.IsTrue(disk.Hit is not null || error is null, what); // fewer than counted, where others' leftovers were removed then
                string? found = Read(folder);
                Assert.IsTrue(found == old || found == @new, $"{what}\nFound: {found}");
                Assert.IsTrue(error is null ? found == @new : disk.IsDead || error.IsOf(fault), what);
                if (disk.IsDead || disk.HitRemoval)
                {
                    Calmly(Write, folder);
                    Assert.AreEqual(@new, Read(folder), what);
                    Same(newEntries, folder, what);
                }
                else
                {
                    Same(found == @new ? newEntries : oldEntries, folder, what);
                }
            }
        }

        return operations;
    }

    private static void Same(string[] expected, TemporaryFolder folder, string what) =>
        Assert.AreEqual(string.Join('\n', expected), string.Join('\n', Entries(folder)), what);

    private static string[] Entries(TemporaryFolder folder) =>
    [
        .. Directory.EnumerateFileSystemEntries(folder.Path, "*", SearchOption.AllDirectories)
            .Select(entry => Path.GetRelativePath(folder.Path, entry)).Order(StringComparer.Ordinal),
    ];

    private static void Copy(TemporaryFolder template, TemporaryFolder folder)
    {
        foreach (string entry in Entries(template))
        {
            string path = template.At(entry);
            if (Directory.Exists(path))
            {
                Directory.CreateDirectory(folder.At(entry));
            }
            else
            {
                File.Copy(path, folder.At(entry));
            }
        }

        foreach (string entry in Entries(template).Where(entry => Directory.Exists(template.At(entry))))
        {
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(folder.At(entry), File.GetUnixFileMode(template.At(entry)));
            }
        }
    }

    private (string? Content, string[] Entries) After(TemporaryFolder template)
    {
        using TemporaryFolder folder = new();
        Copy(template, folder);
        Calmly(Write, folder);
        return (Read(folder), Entries(folder));
    }

    private int Count(TemporaryFolder template)
    {
        using TemporaryFolder folder = new();
        Copy(template, folder);
        FaultyDisk disk = Faultless();
        Assert.IsNull(Try(folder, disk));
        return disk.Count;
    }

    private FaultyDisk Faultless() => new(0, Fault.Kill) { CanExchange = CanExchange };

    private void Calmly(Action<TemporaryFolder> write, TemporaryFolder folder)
    {
        using IDisposable use = FileSystem.Use(Faultless());
        write(folder);
    }

    private Exception? Try(TemporaryFolder folder, FaultyDisk disk)
    {
        using IDisposable use = FileSystem.Use(disk);
        try
        {
            Write(folder);
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or KilledException)
        {
            return error;
        }
    }
}
