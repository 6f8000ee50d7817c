using Microsoft.ML.AdaMix.Native;

namespace Microsoft.ML.AdaMix.Tests.Native;

/// <summary>Folders that are named, with made-up files in them.</summary>
[TestClass]
public sealed class GivenLibTorchTests
{
    private static readonly string Library = LibraryNames.FileOf(LibraryNames.TorchCpu);

    private readonly string _root = Directory.CreateTempSubdirectory("adamix-given").FullName;

    [TestCleanup]
    public void Clean() => Directory.Delete(_root, recursive: true);

    [TestMethod]
    public void The_lib_folder_its_parent_and_the_packages_of_Python_are_taken()
    {
        string lib = Place("site-packages", "torch", "lib");
        string[] all = [lib, lib + Path.DirectorySeparatorChar, Path.GetDirectoryName(lib)!, Path.Combine(_root, "site-packages")];
        foreach (string named in all)
        {
            GivenLibTorch given = GivenLibTorch.Find(named, null)!;
            Assert.AreEqual(lib, given.Folder, named);
            Assert.AreEqual(Path.Combine(lib, Library), given.Find(LibraryNames.TorchCpu));
            Assert.IsNull(given.Find(LibraryNames.TorchCuda));
        }
    }

    [TestMethod]
    public void The_option_wins_over_the_variable_and_an_empty_variable_names_nothing()
    {
        string one = Place("one", "lib");
        string other = Place("other", "lib");
        Assert.AreEqual(one, GivenLibTorch.Find(one, other)!.Folder);
        Assert.AreEqual(other, GivenLibTorch.Find(null, other)!.Folder);
        Assert.AreEqual(one, GivenLibTorch.Find(one, "/nowhere/at/all")!.Folder);
        Assert.IsNull(GivenLibTorch.Find(null, null));
        Assert.IsNull(GivenLibTorch.Find(null, " "));
    }

    [TestMethod]
    public void A_folder_that_is_not_there_is_named_with_who_names_it_and_what_is_expected()
    {
        string missing = Path.Combine(_root, "missing");
        string option = Assert.ThrowsExactly<DirectoryNotFoundException>(() => GivenLibTorch.Find(missing, null)).Message;
        Assert.StartsWith($"LibTorchFolder is '{missing}', which is not there; expected the lib folder of an installed PyTorch", option);
        Assert.Contains("2.10", option);
        string variable = Assert.ThrowsExactly<DirectoryNotFoundException>(() => GivenLibTorch.Find(null, missing)).Message;
        Assert.StartsWith($"The variable ADAMIX_LIBTORCH is '{missing}', which is not there;", variable);
        string file = Path.Combine(Place("file"), Library);
        Assert.Contains("which is a file", Assert.ThrowsExactly<DirectoryNotFoundException>(() => GivenLibTorch.Find(file, null)).Message);
    }

    [TestMethod]
    public void A_folder_without_libtorch_and_one_for_another_system_are_named()
    {
        string none = Assert.ThrowsExactly<DllNotFoundException>(() => GivenLibTorch.Find(_root, null)).Message;
        Assert.StartsWith($"LibTorchFolder is '{_root}', in which no '{Library}' is, nor in its lib; expected ", none);
        string foreign = Directory.CreateDirectory(Path.Combine(_root, "lib")).FullName;
        (string file, string system) = OperatingSystem.IsWindows() ? ("libtorch_cpu.so", "Linux") : ("torch_cpu.dll", "Windows");
        File.WriteAllText(Path.Combine(foreign, file), "made up");
        Assert.Contains($"which holds a libtorch for {system};",
            Assert.ThrowsExactly<DllNotFoundException>(() => GivenLibTorch.Find(_root, null)).Message);
    }

    [TestMethod]
    public void The_version_is_what_PyTorch_an_unpacked_libtorch_or_a_package_say()
    {
        string python = Place("torch", "lib");
        Assert.IsNull(GivenLibTorch.VersionOf(python));
        File.WriteAllText(Path.Combine(_root, "torch", "version.py"), "import x\n__version__ = '2.11.0+cu130'\ndebug = False\n");
        Assert.AreEqual("2.11.0+cu130", GivenLibTorch.VersionOf(python));
        string unpacked = Place("libtorch", "lib");
        File.WriteAllText(Path.Combine(_root, "libtorch", "build-version"), "2.10.0+cpu\n");
        Assert.AreEqual("2.10.0+cpu", GivenLibTorch.VersionOf(unpacked));
        Assert.AreEqual("2.10.0", GivenLibTorch.VersionOf(Place("libtorch-cpu-linux-x64", "2.10.0", "runtimes", "linux-x64", "native")));
    }

    [TestMethod]
    public void The_version_of_links_is_that_of_what_they_lead_to()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Inconclusive("Links need rights on Windows.");
        }

        string python = Place("torch", "lib");
        File.WriteAllText(Path.Combine(_root, "torch", "version.py"), "__version__ = \"2.11.0\"\n");
        Assert.AreEqual("2.11.0", GivenLibTorch.VersionOf(FakeLibraries.Link(python, Path.Combine(_root, "links"))));
    }

    private string Place(params string[] parts)
    {
        string folder = Directory.CreateDirectory(Path.Combine([_root, .. parts])).FullName;
        File.WriteAllText(Path.Combine(folder, Library), "made up");
        return folder;
    }
}
