using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Microsoft.ML.AdaMix.Checkpoints;

namespace Microsoft.ML.AdaMix.Native;

/// <summary>Says why a native library cannot be loaded, and what to do about it.</summary>
internal static partial class LoadFailure
{
    private const string Package =
        "add the package TorchSharp-cpu (or libtorch-cpu-linux-x64, libtorch-cpu-win-x64, libtorch-cpu-osx-arm64 alone), or for an NVIDIA "
        + "GPU TorchSharp-cuda-linux or TorchSharp-cuda-windows, in the version that fits TorchSharp 0.107 to the application's project, "
        + "or name an installed libtorch with LibTorchFolder or the variable " + GivenLibTorch.Variable
        + ". Prediction needs none of them.";

    private const string AnotherPlatform =
        "The file is damaged or for another platform. Take one for this machine, or restore the package.";

    // What the C libraries' loaders say; the first that fits counts.
    private static readonly (string[] Signs, string Remedy)[] Causes =
    [
        (["Operation not permitted", "Permission denied"],
            "The file lies where it must not be executed or read: check its rights, and whether its file system is mounted noexec."),
        (["wrong ELF class", "invalid ELF header", "file too short", "not a valid Win32 application", "incompatible architecture"],
            AnotherPlatform),
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

    /// <summary>The exception for a named folder that lacks a library beside the others.</summary>
    public static DllNotFoundException Incomplete(GivenLibTorch given, string library)
    {
        string link = new FileInfo(Path.Combine(given.Folder, library)).LinkTarget is { } target
            ? $" (it is a link to '{target}', which is not there)"
            : string.Empty;
        return new DllNotFoundException(
            $"{given.Named}, and '{library}' is not in '{given.Folder}' beside the other libraries{link}: the libtorch is not complete. "
            + "Copy or link all files of its folder, or install it again.");
    }

    /// <summary>Looks at a library before the system's loader does, which ends the process where one is cut off.</summary>
    /// <exception cref="DllNotFoundException">It is damaged, or must not be read.</exception>
    public static void RequireWhole(string library)
    {
        try
        {
            if (ElfFile.Damage(RegularFile.Require(library)) is { } damage)
            {
                throw new DllNotFoundException(
                    $"The native library '{library}' is damaged: {damage}. Copy or install it again, or restore the package.");
            }
        }
        catch (InvalidDataException error)
        {
            throw new DllNotFoundException($"The native library '{library}' cannot be read: {error.Message}", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DllNotFoundException(
                $"The native library '{library}' cannot be read: {error.Message} Check its rights and those of its folder.", error);
        }
    }

    /// <summary>The exception for a library that is there and cannot be loaded.</summary>
    /// <param name="library">Its path.</param>
    /// <param name="error">What the loader said.</param>
    /// <param name="limit">What is said of this process's memory if that is the cause.</param>
    public static Exception Broken(string library, Exception error, Func<string> limit)
    {
        string cause = error.Message.Trim();

        // What is there and cannot be found is for another processor.
        if (MissingFile(cause) == Path.GetFileName(library) && File.Exists(library))
        {
            return new DllNotFoundException($"The native library '{library}' cannot be loaded: {cause} {AnotherPlatform}", error);
        }

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

    /// <summary>The exception for a libtorch that has not what TorchSharp's library needs.</summary>
    /// <param name="folder">Where the libtorch lies.</param>
    /// <param name="library">The path of TorchSharp's library.</param>
    /// <param name="cause">What the loader said.</param>
    public static DllNotFoundException Foreign(string folder, string library, string cause) => new(
        $"The libtorch of '{folder}'{(GivenLibTorch.VersionOf(folder) is { } version ? $", version {version}," : "")} does not fit "
        + $"'{library}', which is built for {NativeFolders.LibTorchVersion}: {cause.Trim().TrimEnd('.')}. Take libtorch "
        + $"{NativeFolders.LibTorchVersion}, or a later one that still has what is needed, such as that of PyTorch 2.11. It cannot be "
        + "exchanged in this process: start it again.");

    /// <summary>The exception for a libtorch that is asked for after another one was loaded.</summary>
    /// <param name="asked">What names the other, or the file that would be loaded.</param>
    /// <param name="loaded">The file that is loaded.</param>
    public static InvalidOperationException Another(string asked, string loaded) => new(
        $"{asked}, but this process has loaded '{loaded}' already, and there can be one libtorch a process. Name the folder at the first "
        + $"use or with the variable {GivenLibTorch.Variable}, and start the process again.");

    /// <summary>The exception for an application with a libtorch of its own, where the system loads that too.</summary>
    public static NotSupportedException OwnBeside(string own, GivenLibTorch given) => new(
        $"{given.Named}, but the application has a libtorch of its own, '{own}', which TorchSharp would load beside it. Remove the package "
        + "that brings it (libtorch-cpu-..., TorchSharp-cpu, TorchSharp-cuda-...) from the application, or the file.");

    /// <summary>The file that a loader's message says is missing, without its folder; null if it says of none.</summary>
    public static string? MissingFile(string message) =>
        NoSuchFile().Match(message) is { Success: true } found ? found.Groups["file"].Value : null;

    [GeneratedRegex(
        @"(?<file>[^\s:/]+): cannot open shared object file", RegexOptions.ExplicitCapture | RegexOptions.RightToLeft, 1000)]
    private static partial Regex NoSuchFile();

    private static bool Says(string cause, string[] signs) =>
        Array.Exists(signs, sign => cause.Contains(sign, StringComparison.OrdinalIgnoreCase));
}
