using System.Runtime.Versioning;
using Microsoft.ML.AdaMix.Files;

namespace Microsoft.ML.AdaMix.Runtime.Tests.Files;

/// <summary>What killed processes left is removed by the next one that writes there, and nothing else is.</summary>
[TestClass]
[UnsupportedOSPlatform("windows")]
public sealed class TemporaryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [TestMethod]
    public void Files_and_folders_that_nobody_holds_are_removed_by_the_next_write_whatever_its_name()
    {
        UnixNames.Require();
        _folder.Write(Temporary.NewName("model.zip"), "half");
        _folder.Write($"{Temporary.NewName("export")}/model.onnx", "half");

        AtomicFile.Write(_folder.At("other"), stream => stream.Write("new"u8));

        CollectionAssert.AreEqual(new[] { _folder.At("other") }, Directory.GetFileSystemEntries(_folder.Path));
    }

    [TestMethod]
    public void A_folder_that_is_written_removes_them_too()
    {
        UnixNames.Require();
        _folder.Write(Temporary.NewName("model.zip"), "half");

        AtomicFolder.Write(_folder.At("export"), overwrite: false, _ => true, _ => { });

        CollectionAssert.AreEqual(new[] { _folder.At("export") }, Directory.GetFileSystemEntries(_folder.Path));
    }

    [TestMethod]
    public void What_is_being_written_stays()
    {
        using AtomicFile first = AtomicFile.Open(_folder.At("first"));
        first.Stream.Write("first"u8);
        AtomicFolder.Write(_folder.At("export"), overwrite: false, _ => true, temporary =>
        {
            AtomicFile.Write(_folder.At("second"), stream => stream.Write("second"u8));
            AtomicFolder.WriteFile(temporary, "a", stream => stream.Write("third"u8));
        });

        first.Commit();

        Assert.AreEqual("first", File.ReadAllText(_folder.At("first")));
        Assert.AreEqual("third", File.ReadAllText(_folder.At("export/a")));
    }

    [TestMethod]
    [DataRow("model.zip.tmp")]
    [DataRow("model.adamix.tmp")]
    [DataRow(".abcdefgh.adamix.tmp")]
    [DataRow("model.zip.ABCDEFGH.adamix.tmp")]
    [DataRow("model.zip.abcdefghi.adamix.tmp")]
    [DataRow("model.zip.abcdefgh.adamix.tmp.kept")]
    [DataRow("model.zip.abcdefgh.abc.tmp")]
    public void A_name_that_is_not_a_temporary_ones_stays(string name)
    {
        _folder.Write(name, "mine");

        AtomicFile.Write(_folder.At("other"), stream => stream.Write("new"u8));

        Assert.AreEqual("mine", File.ReadAllText(_folder.At(name)));
    }

    [TestMethod]
    public void A_link_a_pipe_and_a_file_that_another_user_or_program_holds_stay()
    {
        UnixNames.Require();
        string kept = _folder.Write("kept", "kept");
        string link = _folder.At(Temporary.NewName("link"));
        File.CreateSymbolicLink(link, kept);
        string pipe = UnixNames.Pipe(_folder.At(Temporary.NewName("pipe")));
        string held = _folder.Write(Temporary.NewName("held"), "held");
        using FileStream holder = new(held, FileMode.Open, FileAccess.Read, FileShare.Read);

        AtomicFile.Write(_folder.At("other"), stream => stream.Write("new"u8));

        Assert.HasCount(5, Directory.GetFileSystemEntries(_folder.Path));
        Assert.AreEqual("kept", File.ReadAllText(kept));
        Assert.IsTrue(Path.Exists(link) && Path.Exists(pipe));
    }

    [TestMethod]
    public void While_a_file_gets_its_name_others_can_read_it()
    {
        using AtomicFile file = AtomicFile.Open(_folder.At("file"));
        file.Stream.Write("new"u8);

        file.Commit(); // and is still open

        Assert.AreEqual("new", File.ReadAllText(_folder.At("file")));
    }

    [TestMethod]
    public void A_failure_that_the_writer_swallows_is_no_success()
    {
        _folder.Write("file", "old");
        FaultyDisk disk = new(5, Fault.DiskFull);
        using (FileSystem.Use(disk))
        {
            Exception error = Assert.Throws<IOException>(() => AtomicFile.Write(_folder.At("file"), stream =>
            {
                try
                {
                    stream.Write(new byte[300_000]);
                }
                catch (IOException)
                {
                    // as ML.NET does where it closes an archive
                }
            }));
            Assert.AreEqual("Write", disk.Hit);
            Assert.IsTrue(error.IsOf(Fault.DiskFull));
        }

        Assert.AreEqual("old", File.ReadAllText(_folder.At("file")));
    }

    public void Dispose() => _folder.Dispose();
}
