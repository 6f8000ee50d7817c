using Microsoft.ML.AdaMix.Native;

namespace Microsoft.ML.AdaMix.Tests.Native;

/// <summary>Libraries that are cut off, as an interrupted copy leaves them: the system's loader ends the process with these.</summary>
[TestClass]
public sealed class ElfFileTests
{
    private readonly string _root = Directory.CreateTempSubdirectory("adamix-elf").FullName;
    private byte[] _library = [];

    [TestInitialize]
    public void Open()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Inconclusive("Libraries are ELF files on Linux.");
        }

        _library = File.ReadAllBytes(NativeFolders.OfProcess().Find(LibraryNames.FileOf(LibraryNames.TorchSharp))!);
    }

    [TestCleanup]
    public void Clean() => Directory.Delete(_root, recursive: true);

    [TestMethod]
    public void A_whole_library_and_what_is_no_library_are_left_to_the_systems_loader()
    {
        Assert.IsNull(ElfFile.Damage(Write(_library)));
        Assert.IsNull(ElfFile.Damage(Write([.. _library, 0, 0])), "more than its header speaks of does no harm");
        Assert.IsNull(ElfFile.Damage(Write([])));
        Assert.IsNull(ElfFile.Damage(Write("no library"u8.ToArray())));
    }

    [TestMethod]
    public void A_library_of_any_shorter_length_is_damaged()
    {
        foreach (int length in (int[])[64, 5000, _library.Length / 2, _library.Length - 4096, _library.Length - 1])
        {
            string damage = ElfFile.Damage(Write(_library[..length]))!;
            Assert.StartsWith($"it has {length} bytes, and its header speaks of ", damage);
        }
    }

    [TestMethod]
    public void A_library_that_ends_in_zeros_is_damaged()
    {
        foreach (int start in (int[])[64, 4096, _library.Length / 2])
        {
            byte[] zeros = [.. _library[..start], .. new byte[_library.Length - start]];
            Assert.AreEqual("it has zeros where its tables should be", ElfFile.Damage(Write(zeros)), $"from {start} on");
        }
    }

    [TestMethod]
    public void A_damaged_library_is_named_with_what_is_wrong()
    {
        string path = Write(_library[..5000]);
        DllNotFoundException error = Assert.ThrowsExactly<DllNotFoundException>(() => LoadFailure.RequireWhole(path));
        Assert.StartsWith($"The native library '{path}' is damaged: it has 5000 bytes, and its header speaks of ", error.Message);
    }

    [TestMethod]
    public void A_named_folder_that_lacks_a_library_is_not_complete()
    {
        GivenLibTorch given = new("LibTorchFolder is 'x'", _root);
        File.CreateSymbolicLink(Path.Combine(_root, "libc10.so"), "/nowhere/libc10.so");
        string message = LoadFailure.Incomplete(given, "libc10.so").Message;
        Assert.StartsWith(
            $"LibTorchFolder is 'x', and 'libc10.so' is not in '{_root}' beside the other libraries (it is a link to '/nowhere/libc10.so', "
            + "which is not there): the libtorch is not complete.",
            message);
        Assert.DoesNotContain("package", message);
    }

    private string Write(byte[] content)
    {
        string path = Path.Combine(_root, "library.so");
        File.WriteAllBytes(path, content);
        return path;
    }
}
