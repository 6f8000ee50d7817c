using Microsoft.ML.AdaMix.Native;

namespace Microsoft.ML.AdaMix.Tests;

/// <summary>Tests compute with tensors before any training has loaded libtorch.</summary>
[TestClass]
public static class LoadedLibTorch
{
    [AssemblyInitialize]
    public static void Load(TestContext context) => LibTorch.EnsureLoaded();
}
