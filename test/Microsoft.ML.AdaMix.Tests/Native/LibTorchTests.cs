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
