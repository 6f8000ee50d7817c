using Microsoft.ML.AdaMix.Native;

namespace Microsoft.ML.AdaMix.Tests.Native;

[TestClass]
public sealed class LoadFailureTests
{
    private const string Library = "/app/libtorch_cpu.so";

    [TestMethod]
    public void A_library_that_is_nowhere_names_the_folders_and_the_package()
    {
        DllNotFoundException error = LoadFailure.Missing("libtorch.so", ["/app", "/host"]);
        Assert.Contains("none of /app, /host", error.Message);
        Assert.Contains("libtorch-cpu-linux-x64", error.Message);
    }

    [TestMethod]
    [DataRow("failed to map segment from shared object")]
    [DataRow("cannot allocate memory in static TLS block")]
    [DataRow("failed to map segment from shared object: Cannot allocate memory")]
    public void Too_little_memory_is_named_with_what_is_free_and_not_answered_with_a_package(string cause)
    {
        Exception error = Failure(cause);
        Assert.IsInstanceOfType<InsufficientMemoryException>(error);
        Assert.Contains("5 MiB are free", error.Message);
        Assert.DoesNotContain("package", error.Message);
    }

    [TestMethod]
    [DataRow("failed to map segment from shared object: Operation not permitted", "noexec")]
    [DataRow("libgomp-1.so.1: cannot open shared object file: No such file or directory", "one that it needs is not")]
    [DataRow("version `GLIBC_2.38' not found (required by /app/libtorch_cpu.so)", "older than the library needs")]
    [DataRow("file too short", "damaged or for another platform")]
    [DataRow("wrong ELF class: ELFCLASS32", "damaged or for another platform")]
    public void Other_causes_have_remedies_of_their_own(string cause, string remedy)
    {
        Exception error = Failure(cause);
        Assert.IsInstanceOfType<DllNotFoundException>(error);
        Assert.Contains(remedy, error.Message);
        Assert.DoesNotContain("TorchSharp-cpu", error.Message);
    }

    [TestMethod]
    public void A_cause_that_is_not_known_names_the_package() => Assert.Contains("TorchSharp-cpu", Failure("something else").Message);

    private static Exception Failure(string cause) => LoadFailure.Broken(
        Library, new DllNotFoundException($"Unable to load shared library '{Library}' or one of its dependencies. {Library}: {cause}"),
        () => "5 MiB are free.");
}
