using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using TorchSharp;

namespace Microsoft.ML.AdaMix.Native;

/// <summary>Makes libtorch usable before anything else of TorchSharp runs.</summary>
/// <remarks>
/// TorchSharp 0.107's own native library asks for a newer libstdc++ than Debian 12, Ubuntu 22.04 or RHEL 9 have, for a marker symbol that
/// is never called; there, a copy in memory without that demand is loaded first, and TorchSharp's P/Invokes bind to it by its name. Nothing
/// is written anywhere.
/// </remarks>
internal static class LibTorch
{
    /// <summary>The version that GCC 13.2's &lt;iostream&gt; leaves in a library; see <see cref="ElfVersionNeeds"/>.</summary>
    internal const string UnneededVersion = "GLIBCXX_3.4.32";

    private static readonly string[] LibTorchFilesInLoadOrder = ["libc10.so", "libtorch_cpu.so", "libtorch.so"];

    // Loaded once, by the first of any number of threads; a failure is kept and thrown again to every caller.
    private static readonly Lazy<bool> Loaded = new(Load, LazyThreadSafetyMode.ExecutionAndPublication);

    /// <summary>Loads libtorch if it is not loaded yet. Safe to call from any thread, any number of times.</summary>
    /// <exception cref="DllNotFoundException">
    /// libtorch cannot be loaded; the message says which library, why, and which package to add.
    /// </exception>
    public static void EnsureLoaded() => _ = Loaded.Value;

    private static bool Load()
    {
        if (OperatingSystem.IsLinux())
        {
            OpenMpThreads.SpinBriefly();
            if (FindFile("libLibTorchSharp.so") is { } torchSharp)
            {
                Preload(torchSharp);
            }
        }

        try
        {
            torch.InitializeDeviceType(DeviceType.CPU);
            return true;
        }
        catch (Exception error)
        when (error is DllNotFoundException or NotSupportedException or TypeInitializationException or EntryPointNotFoundException)
        {
            throw Failure("libtorch", error.Message, error);
        }
    }

    [SupportedOSPlatform("linux")]
    private static void Preload(string torchSharp)
    {
        foreach (string name in LibTorchFilesInLoadOrder)
        {
            if (FindFile(name) is not { } path)
            {
                throw Failure(name, $"the file is in none of: {string.Join(", ", SearchFolders())}", null);
            }

            TryLoad(path, out DllNotFoundException? missing);
            if (missing is not null)
            {
                throw Failure(path, missing.Message, missing);
            }
        }

        if (TryLoad(torchSharp, out DllNotFoundException? error))
        {
            return;
        }

        if (!error!.Message.Contains($"version `{UnneededVersion}' not found", StringComparison.Ordinal))
        {
            throw Failure(torchSharp, error.Message, error);
        }

        byte[] image = File.ReadAllBytes(torchSharp);
        if (!ElfVersionNeeds.Weaken(image, UnneededVersion))
        {
            throw Failure(torchSharp, error.Message, error);
        }

        if (!TryLoad(MemoryFile.Create("libLibTorchSharp.so", image), out DllNotFoundException? secondError))
        {
            throw Failure(torchSharp, secondError!.Message, secondError);
        }
    }

    private static bool TryLoad(string path, out DllNotFoundException? error)
    {
        try
        {
            NativeLibrary.Load(path);
            error = null;
            return true;
        }
        catch (DllNotFoundException failure)
        {
            error = failure;
            return false;
        }
    }

    private static string? FindFile(string name) =>
        SearchFolders().Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>Where the host looks for native libraries, then where a published or copied application has them.</summary>
    private static IEnumerable<string> SearchFolders()
    {
        string fromHost = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? string.Empty;
        return fromHost.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Append(AppContext.BaseDirectory)
            .Append(Path.Combine(AppContext.BaseDirectory, "runtimes", RuntimeInformation.RuntimeIdentifier, "native"))
            .Distinct(StringComparer.Ordinal);
    }

    private static DllNotFoundException Failure(string library, string cause, Exception? inner) => new(
        $"The native library '{library}' cannot be loaded: {cause.Trim()} " +
        $"Training needs libtorch for this machine ({RuntimeInformation.RuntimeIdentifier}): add the package TorchSharp-cpu " +
        "(or libtorch-cpu-linux-x64, libtorch-cpu-win-x64, libtorch-cpu-osx-arm64 alone), or for an NVIDIA GPU TorchSharp-cuda-linux or " +
        "TorchSharp-cuda-windows, in the version that fits TorchSharp 0.107 to the application's project. Prediction needs none of them.",
        inner);
}
