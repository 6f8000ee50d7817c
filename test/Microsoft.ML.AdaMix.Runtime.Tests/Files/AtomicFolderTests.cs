using System.Diagnostics;
using System.Runtime.Versioning;
using Microsoft.ML.AdaMix.Files;

namespace Microsoft.ML.AdaMix.Runtime.Tests.Files;

[TestClass]
[UnsupportedOSPlatform("windows")]
public sealed class AtomicFolderTests : IDisposable
{
    private const UnixFileMode Owners = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly TemporaryFolder _folder = new();

    [TestMethod]
    public void A_link_to_a_folder_stays_and_the_folder_is_filled_where_it_is()
    {
        UnixNames.Require();
        Directory.CreateDirectory(At("disk/export"));
        Directory.CreateSymbolicLink(At("link"), "disk/export");
        Directory.CreateSymbolicLink(At("dangling"), "disk/other");

        Write("link");
        Write("dangling");

        Assert.AreEqual("disk/export", new FileInfo(At("link")).LinkTarget);
        Assert.AreEqual("new", File.ReadAllText(At("disk/export/a")));
        Assert.AreEqual("new", File.ReadAllText(At("disk/other/a")));
    }

    [TestMethod]
    public void A_folder_and_its_files_keep_their_modes()
    {
        UnixNames.Require();
        Write("export");
        File.SetUnixFileMode(At("export"), Owners);
        File.SetUnixFileMode(At("export/a"), Owners);

        Write("export");

        Assert.AreEqual(Owners, File.GetUnixFileMode(At("export")));
        Assert.AreEqual(Owners, File.GetUnixFileMode(At("export/a")));
    }

    [TestMethod]
    public void A_link_in_the_folder_gets_its_content_where_it_leads_and_a_link_that_is_not_written_goes_alone()
    {
        UnixNames.Require();
        Directory.CreateDirectory(At("export"));
        File.WriteAllText(At("large"), "old");
        File.WriteAllText(At("kept"), "kept");
        File.CreateSymbolicLink(At("export/a"), At("large"));
        File.CreateSymbolicLink(At("export/z"), At("kept"));

        Write("export");

        Assert.AreEqual("new", File.ReadAllText(At("large")));
        Assert.AreEqual(At("large"), new FileInfo(At("export/a")).LinkTarget);
        Assert.IsFalse(Path.Exists(At("export/z")));
        Assert.AreEqual("kept", File.ReadAllText(At("kept")));
    }

    [TestMethod]
    public void A_read_only_file_a_pipe_and_a_read_only_folder_are_refused_before_anything_is_written()
    {
        UnixNames.Require();
        Write("export");
        File.SetUnixFileMode(At("export/b"), UnixFileMode.UserRead);
        Assert.Contains("read-only", Assert.ThrowsExactly<UnauthorizedAccessException>(() => Fail("export")).Message);
        Assert.AreEqual("new", File.ReadAllText(At("export/b")));

        File.Delete(At("export/b"));
        UnixNames.Pipe(At("export/b"));
        Assert.Contains("'b'", Assert.ThrowsExactly<IOException>(() => Fail("export")).Message);

        Directory.CreateDirectory(At("closed"));
        File.SetUnixFileMode(At("closed"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Assert.Contains("read-only", Assert.ThrowsExactly<UnauthorizedAccessException>(() => Fail("closed")).Message);
        Assert.Contains("read-only", Assert.ThrowsExactly<UnauthorizedAccessException>(() => Fail("closed/export")).Message);
        File.SetUnixFileMode(At("closed"), Owners);
    }

    [TestMethod]
    public void A_failure_leaves_the_older_files_and_no_folder_that_was_made_on_the_way()
    {
        Write("export");

        Assert.ThrowsExactly<IOException>(() => Fail("export", whileWriting: true));
        Assert.ThrowsExactly<IOException>(() => Fail("far/away/export", whileWriting: true));

        Assert.HasCount(2, Directory.GetFileSystemEntries(At("export")));
        Assert.HasCount(1, Directory.GetFileSystemEntries(_folder.Path));
        Write("far/away/export");
        Assert.AreEqual("new", File.ReadAllText(At("far/away/export/a")));
    }

    [TestMethod]
    public void A_folder_and_a_file_that_are_mounted_get_their_content_where_they_are()
    {
        UnixNames.Require();
        Directory.CreateDirectory(At("disk"));
        Write("export");
        File.WriteAllText(At("other"), "other");
        File.WriteAllText(At("file"), "");
        using Mount folder = new(At("disk"), At("export"));
        using Mount file = new(At("other"), At("file"));

        Write("export");
        AtomicFile.Write(At("file"), stream => stream.Write("new"u8));

        Assert.AreEqual("new", File.ReadAllText(At("disk/a")));
        Assert.AreEqual("new", File.ReadAllText(At("other")));
        Assert.HasCount(4, Directory.GetFileSystemEntries(_folder.Path));
        Assert.HasCount(2, Directory.GetFileSystemEntries(At("disk")));
    }

    [TestMethod]
    public void Where_the_folder_above_may_not_be_written_a_folder_gets_its_files_where_they_are()
    {
        UnixNames.Require();
        Write("closed/export");
        ulong number = UnixFile.Status(At("closed/export"))!.Value.Number;
        File.SetUnixFileMode(At("closed"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            Write("closed/export");
        }
        finally
        {
            File.SetUnixFileMode(At("closed"), Owners);
        }

        Assert.AreEqual(number, UnixFile.Status(At("closed/export"))!.Value.Number);
        Assert.HasCount(2, Directory.GetFileSystemEntries(At("closed/export")));
    }

    public void Dispose() => _folder.Dispose();

    private string At(string name) => Path.Combine(_folder.Path, name);

    private void Write(string name) => AtomicFolder.Write(At(name), overwrite: true, _ => true, temporary =>
    {
        File.WriteAllText(Path.Combine(temporary, "a"), "new");
        File.WriteAllText(Path.Combine(temporary, "b"), "new");
    });

    private void Fail(string name, bool whileWriting = false) => AtomicFolder.Write(At(name), overwrite: true, _ => true, temporary =>
    {
        Assert.IsTrue(whileWriting, "It was written.");
        File.WriteAllText(Path.Combine(temporary, "a"), "half");
        throw new IOException("disk full");
    });

    private sealed class Mount : IDisposable
    {
        private readonly string _at;

        public Mount(string what, string at)
        {
            _at = at;
            if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess || Run("mount", "--bind", what, at) != 0)
            {
                Assert.Inconclusive("Only root mounts, on Linux, and not in every container; this test is skipped.");
            }
        }

        public void Dispose() => Run("umount", _at);

        private static int Run(string program, params string[] arguments)
        {
            using Process process = Process.Start(program, arguments);
            process.WaitForExit();
            return process.ExitCode;
        }
    }
}
