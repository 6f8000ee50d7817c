using Microsoft.ML.AdaMix.Native;

namespace Microsoft.ML.AdaMix.Tests.Native;

/// <summary>Where libtorch is looked for, with made-up folders.</summary>
[TestClass]
public sealed class NativeFoldersTests
{
    private static readonly string[] Platforms = ["distribution.1-x64", "linux-x64"];

    private readonly string _root = Directory.CreateTempSubdirectory("adamix-native").FullName;

    [TestCleanup]
    public void Clean() => Directory.Delete(_root, recursive: true);

    [TestMethod]
    public void A_folder_of_the_host_comes_first_and_the_application_s_before_that_of_TorchSharp()
    {
        string host = Place("host");
        string application = Place("application");
        string torchSharp = Place("torchsharp");
        Assert.AreEqual(host, Find(host, application, torchSharp));
        Assert.AreEqual(application, Find(null, application, torchSharp));
        Assert.AreEqual(torchSharp, Find(null, Path.Combine(_root, "elsewhere"), torchSharp));
    }

    [TestMethod]
    public void A_script_finds_libtorch_beside_TorchSharp_and_in_its_folder_for_the_platform()
    {
        string scripts = Path.Combine(_root, "dotnet", "sdk", "FSharp");
        string output = Path.Combine(_root, "bin");
        string native = Place("bin", "runtimes", "linux-x64", "native");
        Assert.AreEqual(native, Find(null, scripts, output));
        Assert.AreEqual(Place("bin"), Find(null, scripts, output));
    }

    [TestMethod]
    public void A_notebook_finds_libtorch_of_the_version_that_fits_in_the_folder_of_packages()
    {
        string torchSharp = Path.Combine(_root, "packages", "torchsharp", "0.107.0", "lib", "net8.0");
        Place("packages", "libtorch-cpu-linux-x64", "2.9.1", "runtimes", "linux-x64", "native");
        Assert.IsNull(Find(null, _root, torchSharp));
        string right = Place(
            "packages", "libtorch-cpu-linux-x64", NativeFolders.LibTorchVersion, "runtimes", "linux-x64", "native");
        Assert.AreEqual(right, Find(null, _root, torchSharp));
        string own = Place("packages", "torchsharp", "0.107.0", "runtimes", "linux-x64", "native");
        Assert.AreEqual(own, Find(null, _root, torchSharp), "TorchSharp's own library lies in its own package");
    }

    [TestMethod]
    public void A_folder_that_only_looks_like_a_package_and_a_single_file_are_searched_without_it()
    {
        Assert.HasCount(6, new NativeFolders(null, "/a", "/somewhere/else/lib/net8.0", Platforms).All);
        Assert.HasCount(6, new NativeFolders(null, "/a", "/lib", Platforms).All);
        Assert.HasCount(3, new NativeFolders(null, "/a", null, Platforms).All);
    }

    [TestMethod]
    public void The_version_that_is_looked_for_is_the_one_that_the_repository_builds_with() => Assert.Contains(
        $"Include=\"libtorch-cpu-linux-x64\" Version=\"{NativeFolders.LibTorchVersion}\"",
        File.ReadAllText(Path.Combine(Reference.Repository, "Directory.Packages.props")));

    [TestMethod]
    public void This_process_finds_TorchSharp_s_library()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Inconclusive("The search is for Linux.");
        }

        Assert.IsNotNull(NativeFolders.OfProcess().Find("libLibTorchSharp.so"));
    }

    [TestMethod]
    public void What_NET_itself_finds_is_the_host_s_and_then_what_lies_beside_TorchSharp()
    {
        string host = Place("host");
        string torchSharp = Place("torchsharp");
        string? Found(string? folders) =>
            new NativeFolders(folders, Place("application"), torchSharp, Platforms).FindAsRuntime("libtorch.so");
        Assert.AreEqual(Path.Combine(host, "libtorch.so"), Found($"{Path.Combine(_root, "none")}{Path.PathSeparator}{host}/"));
        Assert.AreEqual(Path.Combine(torchSharp, "libtorch.so"), Found(null));
        Assert.IsNull(new NativeFolders(null, host, null, Platforms).FindAsRuntime("libtorch.so"));
    }

    private static string? Find(string? host, string application, string torchSharp) =>
        Path.GetDirectoryName(new NativeFolders(host, application, torchSharp, Platforms).Find("libtorch.so"));

    private string Place(params string[] parts)
    {
        string folder = Directory.CreateDirectory(Path.Combine([_root, .. parts])).FullName;
        File.WriteAllText(Path.Combine(folder, "libtorch.so"), "made up");
        return folder;
    }
}
