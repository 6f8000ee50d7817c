using Microsoft.ML.AdaMix.Files;

namespace Microsoft.ML.AdaMix.Runtime.Tests.Files;

[TestClass]
public sealed class FileIdentityTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [TestMethod]
    public void A_file_is_the_same_by_any_path_link_or_second_name()
    {
        UnixNames.Require();
        Directory.CreateDirectory(At("sub"));
        Directory.CreateSymbolicLink(At("dirlink"), _folder.Path);
        _folder.Write("a", "");
        File.CreateSymbolicLink(At("link"), "a");
        UnixNames.HardLink(At("a"), At("second"));

        foreach (string other in (string[])["sub/../a", "link", "second", "dirlink/a", "dirlink/link", "dirlink/sub/../second"])
        {
            Assert.AreEqual(Find("a"), Find(other), other);
        }

        _folder.Write("copy", "");
        Assert.AreNotEqual(Find("a"), Find("copy"));
    }

    [TestMethod]
    public void Files_that_are_not_there_yet_are_the_same_where_they_will_be()
    {
        UnixNames.Require();
        Directory.CreateSymbolicLink(At("dirlink"), _folder.Path);
        File.CreateSymbolicLink(At("dangling"), "new/file");

        Assert.AreEqual(Find("new/file"), Find("dirlink/new/file"));
        Assert.AreEqual(Find("new/file"), Find("dangling"));
        Assert.AreNotEqual(Find("new/file"), Find("new/other"));
        Assert.IsTrue(Find("new")!.Value.Holds(Find("dirlink/new/file")!.Value));
        _folder.Write("file", "");
        Assert.IsTrue(Find("file")!.Value.Holds(Find("file/below")!.Value));
        Assert.IsFalse(Find("ne")!.Value.Holds(Find("new/file")!.Value));
    }

    [TestMethod]
    public void Names_that_differ_in_case_are_the_same_only_where_the_folder_says_so()
    {
        _folder.Write("probe", "");
        bool ignoresCase = File.Exists(At("PROBE"));

        Assert.AreEqual(ignoresCase, Find("Model.zip") == Find("model.ZIP"));
    }

    [TestMethod]
    public void Devices_have_no_identity_since_nothing_in_them_can_be_lost()
    {
        UnixNames.Require();
        Assert.IsNull(FileIdentity.Find("/dev/null"));
    }

    public void Dispose() => _folder.Dispose();

    private string At(string name) => Path.Combine(_folder.Path, name);

    private FileIdentity? Find(string name) => FileIdentity.Find(At(name));
}
