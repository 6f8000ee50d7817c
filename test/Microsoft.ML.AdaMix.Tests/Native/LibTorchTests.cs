using System.Text;
using Microsoft.ML.AdaMix.Native;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Tests.Native;

[TestClass]
public sealed class LibTorchTests
{
    [TestMethod]
    public void First_use_from_many_threads_loads_libtorch_once()
    {
        Parallel.For(0, 16, _ => LibTorch.EnsureLoaded());
        using Tensor product = ones(3, 3).mm(ones(3, 3));
        Assert.AreEqual(27, product.sum().item<float>());
    }

    [TestMethod]
    public void Another_folder_after_the_first_use_is_an_error_that_names_both_and_the_same_one_is_none()
    {
        FakeLibraries.RequireThem();
        string root = Directory.CreateTempSubdirectory("adamix-other").FullName;
        try
        {
            FakeLibraries.Write(Path.Combine(root, "libtorch_cpu.so"));
            InvalidOperationException error = Assert.ThrowsExactly<InvalidOperationException>(() => LibTorch.EnsureLoaded(root));
            Assert.StartsWith($"LibTorchFolder is '{root}', but this process has loaded '", error.Message);
            Assert.Contains(Path.Combine(LibTorch.Folder!, "libtorch_cpu.so"), error.Message);
            LibTorch.EnsureLoaded(FakeLibraries.Link(FakeLibraries.LibTorch, Path.Combine(root, "lib")) + "/");
            LibTorch.EnsureLoaded(FakeLibraries.LibTorch);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    [TestMethod]
    public void What_is_loaded_is_told_with_its_folder_and_the_cards()
    {
        Assert.Contains(LibTorch.Folder!, LibTorch.Describe());
        Assert.MatchesRegex(@"^libtorch.*, \d+ CUDA devices?$", LibTorch.Describe());
    }

    [TestMethod]
    public void Only_the_version_flag_of_the_library_is_changed_and_only_where_it_is_needed()
    {
        string? library = Directory.EnumerateFiles(AppContext.BaseDirectory, "libLibTorchSharp.so", SearchOption.AllDirectories)
            .FirstOrDefault();
        if (library is null)
        {
            Assert.Inconclusive("There is no libLibTorchSharp.so on this platform.");
        }

        byte[] original = File.ReadAllBytes(library);
        byte[] changed = [.. original];
        Assert.IsTrue(ElfVersionNeeds.Weaken(changed, LibTorch.UnneededVersion));
        Assert.AreEqual(1, original.Zip(changed).Count(pair => pair.First != pair.Second), "one byte");
        Assert.IsFalse(ElfVersionNeeds.Weaken([.. original], "GLIBCXX_9.9.9"));
        Assert.IsFalse(ElfVersionNeeds.Weaken(Encoding.ASCII.GetBytes("not a library"), LibTorch.UnneededVersion));
    }
}
