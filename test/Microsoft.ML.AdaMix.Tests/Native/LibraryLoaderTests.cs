using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.ML.AdaMix.Native;

namespace Microsoft.ML.AdaMix.Tests.Native;

[TestClass]
[SupportedOSPlatform("linux")]
public sealed class LibraryLoaderTests
{
    private readonly string _root = Directory.CreateTempSubdirectory("adamix-loader").FullName;

    [TestInitialize]
    public void Require() => FakeLibraries.RequireThem();

    [TestCleanup]
    public void Clean() => Directory.Delete(_root, recursive: true);

    [TestMethod]
    public void What_a_library_of_PyTorch_lacks_is_found_among_NVIDIA_s_packages_also_through_others_and_links()
    {
        string library = FakeLibraries.Write(At("site", "torch", "lib", "libneeds_one.so"), needs: "libnear_one.so1");
        FakeLibraries.Write(At("site", "nvidia", "one", "lib", "libnear_one.so1"), needs: "libnear_two.so1");
        FakeLibraries.Write(At("site", "nvidia", "two", "lib64", "libnear_two.so1"));
        string linked = FakeLibraries.Link(At("site", "torch", "lib"), At("elsewhere", "links"));
        Assert.IsNotNull(new LibraryLoader(linked).TryLoad(Path.Combine(linked, "libneeds_one.so")), "only the real folder is near");
        Directory.Delete(linked, recursive: true);
        File.CreateSymbolicLink(linked, At("site", "torch", "lib"));
        Assert.IsNull(new LibraryLoader(linked).TryLoad(Path.Combine(linked, "libneeds_one.so")));
        Assert.IsTrue(NativeLibrary.TryLoad(library, out _));
    }

    [TestMethod]
    public void What_is_nowhere_near_is_named_and_the_search_ends()
    {
        string library = FakeLibraries.Write(At("torch", "lib", "libneeds_three.so"), needs: "libnear_thr.so1");
        DllNotFoundException error = new LibraryLoader(At("torch", "lib")).TryLoad(library)!;
        Assert.AreEqual("libnear_thr.so1", LoadFailure.MissingFile(error.Message));

        FakeLibraries.Write(At("torch", "lib", "libnear_thr.so1"), forOtherProcessor: true);
        Assert.IsNotNull(new LibraryLoader(At("torch", "lib")).TryLoad(library));
    }

    [TestMethod]
    public void A_library_for_another_processor_is_named_as_such()
    {
        string library = FakeLibraries.Write(At("lib", "libtorch_arm.so"), forOtherProcessor: true);
        DllNotFoundException error = new LibraryLoader(At("lib")).TryLoad(library)!;
        Exception named = LoadFailure.Broken(library, error, () => string.Empty);
        Assert.Contains("damaged or for another platform", named.Message);
        Assert.Contains(library, named.Message);
    }

    [TestMethod]
    public void A_loaded_library_can_be_known_by_the_path_of_another_for_a_time()
    {
        string library = FakeLibraries.Write(At("one", "libknown.so"));
        string other = FakeLibraries.Write(At("other", "libknown.so"));
        nint loaded = NativeLibrary.Load(library);
        using (IDisposable name = GlibcLoader.KnowAs(library, other)!)
        {
            Assert.IsNotNull(name);
            Assert.AreEqual(loaded, NativeLibrary.Load(other));
        }

        Assert.AreNotEqual(loaded, NativeLibrary.Load(other));
        Assert.AreEqual(loaded, NativeLibrary.Load(library));
        Assert.IsNull(GlibcLoader.KnowAs(At("one", "libunknown.so"), other), "it is not loaded");
    }

    [TestMethod]
    public void A_symbol_that_is_missing_is_found_when_the_library_is_loaded()
    {
        string shim = NativeFolders.OfProcess().Find("libLibTorchSharp.so")!;
        Assert.Contains("cannot open shared object file", GlibcLoader.TryLoadWhole(At("nowhere.so"))!);
        Assert.IsNull(GlibcLoader.TryLoadWhole(FakeLibraries.Write(At("libwhole.so"))));
        string message = LoadFailure.Foreign(At("torch", "lib"), shim, $"{shim}: undefined symbol: _ZN2at3fooEv").Message;
        Assert.StartsWith($"The libtorch of '{At("torch", "lib")}' does not fit '{shim}', which is built for 2.10.0: ", message);
        Assert.Contains("undefined symbol: _ZN2at3fooEv", message);
        Assert.Contains("PyTorch 2.11", message);
    }

    private string At(params string[] parts) => Path.Combine([_root, .. parts]);
}
