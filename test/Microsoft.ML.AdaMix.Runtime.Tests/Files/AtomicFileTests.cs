using System.Runtime.Versioning;
using Microsoft.ML.AdaMix.Files;

namespace Microsoft.ML.AdaMix.Runtime.Tests.Files;

[TestClass]
[UnsupportedOSPlatform("windows")]
public sealed class AtomicFileTests : IDisposable
{
    private const UnixFileMode OwnersOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode ReadOnly = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly TemporaryFolder _folder = new();

    [TestMethod]
    public void A_new_file_has_the_mode_that_any_program_would_give_it()
    {
        UnixNames.Require();
        File.WriteAllText(At("usual"), "");

        Write("new");

        Assert.AreEqual(File.GetUnixFileMode(At("usual")), File.GetUnixFileMode(At("new")));
    }

    [TestMethod]
    [DataRow("600")]
    [DataRow("640")]
    [DataRow("755")]
    [DataRow("666")]
    [DataRow("200")]
    public void A_file_that_is_replaced_keeps_its_mode(string octal)
    {
        UnixNames.Require();
        UnixFileMode mode = (UnixFileMode)Convert.ToInt32(octal, 8);
        File.WriteAllText(At("model"), "old");
        File.SetUnixFileMode(At("model"), mode);

        Write("model");

        Assert.AreEqual(mode, File.GetUnixFileMode(At("model")));
        IsNew("model");
    }

    [TestMethod]
    public void While_a_file_is_replaced_nobody_else_can_read_the_new_content()
    {
        UnixNames.Require();
        File.WriteAllText(At("model"), "old");
        File.SetUnixFileMode(At("model"), OwnersOnly);

        using AtomicFile file = AtomicFile.Open(At("model"));

        Assert.AreEqual(OwnersOnly, File.GetUnixFileMode(Directory.GetFiles(_folder.Path, "*.tmp").Single()));
    }

    [TestMethod]
    public void A_file_that_is_replaced_keeps_its_owner_where_the_system_allows_it()
    {
        UnixNames.Require();
        if (!Environment.IsPrivilegedProcess)
        {
            Assert.Inconclusive("Only root gives files away; this test is skipped.");
        }

        File.WriteAllText(At("model"), "old");
        FileStatus mine = UnixFile.Status(At("model"))!.Value;
        using (FileStream file = File.OpenWrite(At("model")))
        {
            UnixFile.TakeOver(file.SafeFileHandle, mine with { User = 12345, Group = 23456 });
        }

        Write("model");

        FileStatus found = UnixFile.Status(At("model"))!.Value;
        Assert.AreEqual((12345u, 23456u), (found.User, found.Group));
    }

    [TestMethod]
    [DataRow("model", DisplayName = "relative")]
    [DataRow("sub/../model", DisplayName = "relative, through another folder")]
    [DataRow("next", DisplayName = "chain")]
    [DataRow("dirlink/deep/model", DisplayName = "through a link to a folder, up and down")]
    public void A_symbolic_link_stays_and_its_target_is_written(string target)
    {
        UnixNames.Require();
        Directory.CreateDirectory(At("sub"));
        Directory.CreateDirectory(At("elsewhere/deep"));
        Directory.CreateSymbolicLink(At("dirlink"), "elsewhere");
        File.WriteAllText(At("model"), "old");
        File.CreateSymbolicLink(At("next"), At("model"));
        File.CreateSymbolicLink(At("elsewhere/deep/model"), "../../model");
        File.CreateSymbolicLink(At("link"), target);

        Write("link");

        Assert.AreEqual(target, new FileInfo(At("link")).LinkTarget);
        Assert.IsNull(new FileInfo(At("model")).LinkTarget);
        IsNew("model");
        Assert.IsNotNull(new FileInfo(At("next")).LinkTarget);
    }

    [TestMethod]
    public void A_link_in_a_linked_folder_leads_up_from_where_the_folder_is()
    {
        UnixNames.Require();
        Directory.CreateDirectory(At("a/b/c"));
        Directory.CreateSymbolicLink(At("short"), "a/b/c");
        File.CreateSymbolicLink(At("a/b/c/link"), "../model");

        Write("short/link");

        IsNew("a/b/model");
        Assert.IsFalse(Path.Exists(At("model")));
    }

    [TestMethod]
    public void A_link_to_nothing_makes_what_it_leads_to()
    {
        UnixNames.Require();
        Directory.CreateDirectory(At("disk"));
        File.CreateSymbolicLink(At("link"), "disk/model");

        Write("link");

        IsNew("disk/model");
        Assert.AreEqual("disk/model", new FileInfo(At("link")).LinkTarget);
    }

    [TestMethod]
    public void Links_in_a_circle_are_named()
    {
        UnixNames.Require();
        File.CreateSymbolicLink(At("a"), "b");
        File.CreateSymbolicLink(At("b"), "a");

        Assert.Contains("circle", Assert.ThrowsExactly<IOException>(() => Write("a")).Message);
    }

    [TestMethod]
    public void A_file_that_nobody_may_write_stays_as_it_is_for_root_too()
    {
        UnixNames.Require();
        File.WriteAllText(At("model"), "old");
        File.SetUnixFileMode(At("model"), ReadOnly);
        File.CreateSymbolicLink(At("link"), "model");

        foreach (string name in (string[])["model", "link"])
        {
            Assert.Contains("read-only (mode 444)", Assert.ThrowsExactly<UnauthorizedAccessException>(() => Write(name)).Message);
        }

        Assert.AreEqual("old", File.ReadAllText(At("model")));
        Assert.HasCount(2, Directory.GetFiles(_folder.Path));
    }

    [TestMethod]
    public async Task Into_a_pipe_is_written_and_it_stays_a_pipe()
    {
        UnixNames.Require();
        string pipe = UnixNames.Pipe(At("pipe"));
        Task<string> reader = Task.Run(() => File.ReadAllText(pipe));

        Write("pipe");

        Assert.AreEqual("new", await reader);
        Assert.AreEqual(FileKind.Pipe, UnixFile.Status(pipe)!.Value.Kind);
        Assert.HasCount(1, Directory.GetFiles(_folder.Path));
    }

    [TestMethod]
    public void Into_a_device_is_written_and_it_stays_a_device()
    {
        UnixNames.Require();
        File.CreateSymbolicLink(At("null"), "/dev/null");

        Write("null");

        Assert.AreEqual(FileKind.Device, UnixFile.Status("/dev/null")!.Value.Kind);
        Assert.HasCount(1, Directory.GetFiles(_folder.Path));
    }

    [TestMethod]
    public void To_an_open_files_descriptor_is_added_and_nothing_in_it_is_lost()
    {
        UnixNames.Require();
        using FileStream log = File.Open(At("log"), FileMode.Create, FileAccess.Write, FileShare.ReadWrite);
        log.Write("before "u8);
        log.Flush();

        AtomicFile.Write($"/dev/fd/{log.SafeFileHandle.DangerousGetHandle()}", stream => stream.Write("new"u8));

        Assert.AreEqual("before new", File.ReadAllText(At("log")));
    }

    [TestMethod]
    public void A_socket_and_a_folder_are_refused()
    {
        UnixNames.Require();
        using System.Net.Sockets.Socket socket = new(
            System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(At("socket")));
        Directory.CreateDirectory(At("sub"));

        Assert.Contains("is a socket", Assert.ThrowsExactly<IOException>(() => Write("socket")).Message);
        Assert.Contains("is a folder", Assert.ThrowsExactly<IOException>(() => Write("sub")).Message);
        Assert.Contains("is a folder", Assert.ThrowsExactly<IOException>(() => Write("new/")).Message);
    }

    [TestMethod]
    public void A_file_in_a_folder_that_may_not_be_written_gets_its_content_in_place()
    {
        UnixNames.Require();
        Directory.CreateDirectory(At("sub"));
        File.WriteAllText(At("sub/model"), "an old and longer content");
        ulong number = UnixFile.Status(At("sub/model"))!.Value.Number;
        File.SetUnixFileMode(At("sub"), ReadOnly | UnixFileMode.UserExecute);
        try
        {
            Write("sub/model");
            Assert.Contains("read-only", Assert.ThrowsExactly<UnauthorizedAccessException>(() => Write("sub/other")).Message);
        }
        finally
        {
            File.SetUnixFileMode(At("sub"), OwnersOnly | UnixFileMode.UserExecute);
        }

        IsNew("sub/model");
        Assert.AreEqual(number, UnixFile.Status(At("sub/model"))!.Value.Number);
        Assert.HasCount(1, Directory.GetFiles(At("sub")));
    }

    [TestMethod]
    public void A_file_appears_when_it_is_complete_and_not_before()
    {
        UnixNames.Require();
        File.WriteAllText(At("model"), "old");
        using (AtomicFile file = AtomicFile.Open(At("model")))
        {
            file.Stream.Write("half"u8);
            file.Stream.Flush();
            Assert.AreEqual("old", File.ReadAllText(At("model")));
        }

        Assert.AreEqual("old", File.ReadAllText(At("model")));
        Assert.HasCount(1, Directory.GetFiles(_folder.Path));
    }

    [TestMethod]
    public void A_name_may_be_as_long_as_the_system_allows()
    {
        UnixNames.Require();
        string name = new('n', 255);

        Write(name);

        IsNew(name);
        Assert.ThrowsExactly<PathTooLongException>(() => WriteCheck.File(At(name + "n")));
    }

    public void Dispose() => _folder.Dispose();

    private string At(string name) => Path.Combine(_folder.Path, name);

    private void Write(string name) => AtomicFile.Write(At(name), stream => stream.Write("new"u8));

    private void IsNew(string name)
    {
        File.SetUnixFileMode(At(name), File.GetUnixFileMode(At(name)) | UnixFileMode.UserRead);
        Assert.AreEqual("new", File.ReadAllText(At(name)));
    }
}
