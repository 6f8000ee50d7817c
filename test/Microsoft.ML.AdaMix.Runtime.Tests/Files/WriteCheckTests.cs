using System.Runtime.Versioning;
using Microsoft.ML.AdaMix.Files;

namespace Microsoft.ML.AdaMix.Runtime.Tests.Files;

[TestClass]
[UnsupportedOSPlatform("windows")]
public sealed class WriteCheckTests : IDisposable
{
    private const long Enormous = 1L << 60;

    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _ml = new();

    [TestMethod]
    public void What_can_be_saved_passes_and_nothing_is_left_of_the_trial()
    {
        File.WriteAllText(At("old.zip"), "old");

        _ml.Model.CheckSave(At("old.zip"), PretrainedEncoder.RobertaMini);
        _ml.Model.CheckSave(At("new.zip"));
        WriteCheck.Model(At("far/away/new.zip"), _folder.Path, bytes: 1, createsFolder: true);
        WriteCheck.Folder(At("far/away"));

        Assert.AreEqual("old", File.ReadAllText(At("old.zip")));
        Assert.HasCount(1, Directory.GetFileSystemEntries(_folder.Path));
    }

    [TestMethod]
    public void A_folder_a_missing_folder_and_a_file_for_a_folder_are_named()
    {
        string file = _folder.Write("file", "");

        Refused<IOException>("is a folder", () => _ml.Model.CheckSave(_folder.Path));
        Refused<DirectoryNotFoundException>("missing", () => _ml.Model.CheckSave(At("missing/m.zip")));
        Refused<IOException>("is a file", () => WriteCheck.File(Path.Combine(file, "m.zip"), createsFolder: true));
        Refused<IOException>("is a file", () => WriteCheck.Folder(file));
    }

    [TestMethod]
    public void A_folder_in_which_nobody_may_write_is_refused_for_root_too()
    {
        UnixNames.Require();
        Directory.CreateDirectory(At("closed"));
        File.SetUnixFileMode(At("closed"), UnixFileMode.UserRead | UnixFileMode.UserExecute);

        Refused<UnauthorizedAccessException>("read-only (mode 500)", () => _ml.Model.CheckSave(At("closed/m.zip")));
        Refused<UnauthorizedAccessException>("read-only (mode 500)", () => WriteCheck.Folder(At("closed/sub")));
        _ml.TempFilePath = At("closed");
        Refused<UnauthorizedAccessException>("TMPDIR", () => _ml.Model.CheckSave(At("m.zip")));

        File.SetUnixFileMode(At("closed"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [TestMethod]
    public void A_temporary_folder_that_is_a_file_is_refused_and_one_that_can_be_made_is_not()
    {
        _ml.TempFilePath = _folder.Write("file", "");
        Refused<IOException>("is a file", () => _ml.Model.CheckSave(At("m.zip")));
        _ml.TempFilePath = At("made/by/ml.net");
        _ml.Model.CheckSave(At("m.zip"));
        Assert.IsFalse(Directory.Exists(At("made")));
    }

    [TestMethod]
    public void Too_little_room_is_said_with_what_is_there_and_what_is_needed()
    {
        Refused<IOException>("MB free", () => WriteCheck.File(At("m.zip"), Enormous));
        Refused<IOException>("needs about", () => WriteCheck.TemporaryFolder(_folder.Path, Enormous));
    }

    [TestMethod]
    public void The_size_of_an_encoder_is_known_without_reading_it()
    {
        _folder.Write("config.json", new byte[10]);
        _folder.Write("vocab.json", new byte[20]);
        _folder.Write("model-1.safetensors", new byte[300]);
        _folder.Write("model-2.safetensors", new byte[500]);
        _folder.Write("model.safetensors.index.json", new byte[1]);
        _folder.Write("model.zip", new byte[5000]);

        Assert.AreEqual(831, PretrainedEncoder.FromFolder(_folder.Path).StoredBytes());
        Assert.IsGreaterThan(20_000_000, PretrainedEncoder.RobertaMini.StoredBytes());
    }

    public void Dispose() => _folder.Dispose();

    private static void Refused<T>(string expected, Action check)
        where T : Exception => Assert.Contains(expected, Assert.ThrowsExactly<T>(check).Message);

    private string At(string name) => Path.Combine(_folder.Path, name);
}
