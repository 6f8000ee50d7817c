using System.Runtime.InteropServices;

namespace Microsoft.ML.AdaMix.Native;

/// <summary>Says why a native library cannot be loaded, and what to do about it.</summary>
internal static class LoadFailure
{
    private const string Package =
        "add the package TorchSharp-cpu (or libtorch-cpu-linux-x64, libtorch-cpu-win-x64, libtorch-cpu-osx-arm64 alone), or for an NVIDIA "
        + "GPU TorchSharp-cuda-linux or TorchSharp-cuda-windows, in the version that fits TorchSharp 0.107 to the application's project. "
        + "Prediction needs none of them.";

    // What the C libraries' loaders say; the first that fits counts.
    private static readonly (string[] Signs, string Remedy)[] Causes =
    [
        (["Operation not permitted", "Permission denied"],
            "The file lies where it must not be executed or read: check its rights, and whether its file system is mounted noexec."),
        (["wrong ELF class", "invalid ELF header", "file too short", "not a valid Win32 application", "incompatible architecture"],
            "The file is damaged or for another platform. Remove it and restore the package again."),
        (["' not found (required by"], "The system is older than the library needs. Take a newer system or container image."),
        (["cannot open shared object file"],
            "The library itself is there; one that it needs is not. Install the system's package that has it."),
    ];

    private static readonly string[] SignsOfMemory =
    [
        "failed to map segment", "cannot allocate memory", "cannot map zero-fill", "cannot create shared object descriptor", "bad_alloc",
    ];

    /// <summary>The exception for a library that no folder has.</summary>
    public static DllNotFoundException Missing(string library, IEnumerable<string> folders) => new(
        $"The native library '{library}' cannot be loaded: the file is in none of {string.Join(", ", folders)}. Training needs libtorch "
        + $"for this machine ({RuntimeInformation.RuntimeIdentifier}): {Package}");

    /// <summary>The exception for a library that is there and cannot be loaded.</summary>
    /// <param name="library">Its path.</param>
    /// <param name="error">What the loader said.</param>
    /// <param name="limit">What is said of this process's memory if that is the cause.</param>
    public static Exception Broken(string library, Exception error, Func<string> limit)
    {
        string cause = error.Message.Trim();
        foreach ((string[] signs, string remedy) in Causes)
        {
            if (Says(cause, signs))
            {
                return new DllNotFoundException($"The native library '{library}' cannot be loaded: {cause} {remedy}", error);
            }
        }

        return Says(cause, SignsOfMemory)
            ? new InsufficientMemoryException(
                $"There is too little memory to load the native library '{library}': {cause} {limit()} Raise the limit of the process or "
                + "container, or free memory.",
                error)
            : new DllNotFoundException(
                $"The native library '{library}' cannot be loaded: {cause} Training needs libtorch for this machine "
                + $"({RuntimeInformation.RuntimeIdentifier}): {Package}",
                error);
    }

    private static bool Says(string cause, string[] signs) =>
        Array.Exists(signs, sign => cause.Contains(sign, StringComparison.OrdinalIgnoreCase));
}
