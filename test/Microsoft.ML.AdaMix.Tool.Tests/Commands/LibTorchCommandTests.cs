using System.Runtime.Versioning;
using System.Text.Json;
using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Tests.Native;

namespace Microsoft.ML.AdaMix.Tool.Tests.Commands;

/// <summary>
/// An installed libtorch in place of the tool's own, in processes of their own: links to the one of the tests, laid out as PyTorch.
/// </summary>
[TestClass]
[SupportedOSPlatform("linux")]
public sealed class LibTorchCommandTests
{
    private static readonly Dictionary<string, string> NoVariables = [];

    private readonly string _root = Directory.CreateTempSubdirectory("adamix-libtorch").FullName;

    [TestInitialize]
    public void Require() => FakeLibraries.RequireThem();

    [TestCleanup]
    public void Clean() => Directory.Delete(_root, recursive: true);

    [TestMethod]
    public async Task The_named_libtorch_is_the_only_one_in_the_process_and_its_CUDA_part_is_loaded_though_the_tool_has_an_own()
    {
        string lib = PyTorch();
        FakeLibraries.Write(Path.Combine(lib, "libc10_cuda.so"));
        FakeLibraries.Write(Path.Combine(lib, "libtorch_cuda.so"), needs: "libcudafake.so1");
        FakeLibraries.Write(Path.Combine(lib, "..", "..", "nvidia", "fake", "lib", "libcudafake.so1"));
        Said said = await Tool.At(Application(), NoVariables, "info", "--libtorch", lib, "--json");
        Assert.AreEqual(0, said.Code, said.Error);
        JsonElement libTorch = said.Json.GetProperty("libtorch");
        Assert.AreEqual(lib, libTorch.GetProperty("folder").GetString());
        Assert.AreEqual("2.10.0+test", libTorch.GetProperty("version").GetString());
        string[] files = [.. libTorch.GetProperty("files").EnumerateArray().Select(file => file.GetString()!)];
        CollectionAssert.AreEquivalent(
            LibraryNames.InLoadOrder.Select(LibraryNames.FileOf).ToArray(), files.Select(Path.GetFileName).Where(
                file => file != LibraryNames.FileOf(LibraryNames.TorchSharp)).ToArray(),
            "each once");
        Assert.IsFalse(files.Any(file => file.StartsWith(Path.Combine(_root, "application"), StringComparison.Ordinal)), said.Output);
        Assert.Contains(Path.Combine(lib, "libtorch_cuda.so"), files);
    }

    [TestMethod]
    public async Task The_variable_names_one_too_and_what_the_tool_s_own_CUDA_part_would_bring_stays_out()
    {
        string lib = PyTorch();
        Dictionary<string, string> variables = new() { [LibTorch.Variable] = Path.GetDirectoryName(lib)! };
        Said said = await Tool.At(Application(), variables, "info", "--json");
        Assert.AreEqual(0, said.Code, said.Error);
        Assert.AreEqual(lib, said.Json.GetProperty("libtorch").GetProperty("folder").GetString());
        Assert.DoesNotContain(Path.Combine(_root, "application"), said.Output);
        Assert.DoesNotContain("torch_cuda", said.Output);
    }

    [TestMethod]
    public async Task A_libtorch_of_another_version_is_named_with_its_version_and_what_it_lacks()
    {
        string lib = PyTorch("libtorch_cpu.so", "libtorch.so");
        FakeLibraries.Write(Path.Combine(lib, "libtorch_cpu.so"));
        FakeLibraries.Write(Path.Combine(lib, "libtorch.so"));
        Said said = await Tool.At(Application(), NoVariables, "info", "--libtorch", lib);
        Assert.AreEqual(1, said.Code);
        Assert.StartsWith($"The libtorch of '{lib}', version 2.10.0+test, does not fit '", said.Error);
        Assert.Contains("libLibTorchSharp.so: undefined symbol: ", said.Error);
        Assert.Contains("Take libtorch 2.10.0, or a later one", said.Error);
    }

    [TestMethod]
    public async Task Folder_and_device_are_looked_at_before_any_row_is_read()
    {
        string rows = Path.Combine(_root, "broken.tsv");
        await File.WriteAllTextAsync(rows, "no header that fits\n");
        string[] train = ["train", "--train", rows, "--save", Path.Combine(_root, "m.zip")];
        Said missing = await Tool.Run([.. train, "--libtorch", Path.Combine(_root, "missing")]);
        Assert.AreEqual(1, missing.Code);
        Assert.StartsWith($"--libtorch is '{Path.Combine(_root, "missing")}', which is not there; expected ", missing.Error);
        Said card = await Tool.Run([.. train, "--device", "cuda:99"]);
        Assert.AreEqual(1, card.Code);
        Assert.StartsWith("--device is cuda:99, but there ", card.Error);
        Assert.DoesNotContain("LibTorchFolder", card.Error);
        Said word = await Tool.Run([.. train, "--device", "gpu"]);
        Assert.AreEqual(2, word.Code);
        Assert.Contains("--device is 'gpu'; expected auto, cpu, cuda, or a card by its number such as cuda:1.", word.Error);
    }

    [TestMethod]
    public async Task Info_without_a_model_tells_the_libtorch_and_refuses_a_folder_beside_a_model()
    {
        Said said = await Tool.Succeed("info");
        Assert.MatchesRegex(@"^libtorch.* \d+ CUDA devices?; --device auto is (cpu|cuda)\.", said.Output);
        Said refused = await Tool.Run("info", "model.zip", "--libtorch", _root);
        Assert.AreEqual(2, refused.Code);
        Assert.Contains("--libtorch is for info without a model", refused.Error);
    }

    // A tool whose own libtorch, if it came in, would be seen: TorchSharp finds other libraries under the names.
    private string Application()
    {
        string own = AppContext.BaseDirectory;
        string native = Path.Combine("runtimes", "linux-x64", "native");
        string application = FakeLibraries.Link(own, Path.Combine(_root, "application"));
        foreach (string file in Directory.GetFiles(own, "adamix.*"))
        {
            File.Delete(Path.Combine(application, Path.GetFileName(file))); // the host goes by the real folder of these
            File.Copy(file, Path.Combine(application, Path.GetFileName(file)));
        }

        foreach (string runtime in Directory.GetDirectories(Path.Combine(own, "runtimes")))
        {
            string natives = Path.Combine(application, "runtimes", Path.GetFileName(runtime), "native");
            if (Directory.Exists(Path.Combine(runtime, "native")))
            {
                FakeLibraries.Link(Path.Combine(runtime, "native"), natives, "libtorch_cpu.so");
            }
        }

        FakeLibraries.Write(Path.Combine(application, native, "libtorch_cpu.so"));
        FakeLibraries.Write(Path.Combine(application, native, "libtorch_cuda.so"));
        return application;
    }

    private string PyTorch(params string[] without)
    {
        string lib = FakeLibraries.Link(FakeLibraries.LibTorch, Path.Combine(_root, "site-packages", "torch", "lib"), without);
        File.WriteAllText(Path.Combine(lib, "..", "version.py"), "__version__ = '2.10.0+test'\n");
        return lib;
    }
}
