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

    private static readonly Lock Loading = new();
    private static bool _loaded;

    /// <summary>Loads libtorch if it is not loaded yet. Safe to call from any thread, any number of times.</summary>
    /// <exception cref="DllNotFoundException">
    /// libtorch cannot be loaded; the message says which library, why, and what to do, for example which package to add.
    /// </exception>
    /// <exception cref="InsufficientMemoryException">There is too little memory for it; another try may succeed.</exception>
    public static void EnsureLoaded()
    {
        lock (Loading)
        {
            if (!_loaded)
            {
                Load();
                _loaded = true;
            }
        }
    }

    private static void Load()
    {
        if (OperatingSystem.IsLinux())
        {
            OpenMpThreads.SpinBriefly();
            NativeFolders folders = NativeFolders.OfProcess();
            if (folders.Find("libLibTorchSharp.so") is { } torchSharp)
            {
                Preload(torchSharp, folders);
            }
        }

        try
        {
            torch.InitializeDeviceType(DeviceType.CPU);
        }
        catch (Exception error)
        when (error is DllNotFoundException or NotSupportedException or TypeInitializationException or EntryPointNotFoundException)
        {
            throw LoadFailure.Broken("libtorch", error, ProcessMemory.Describe);
        }
    }

    [SupportedOSPlatform("linux")]
    private static void Preload(string torchSharp, NativeFolders folders)
    {
        foreach (string name in LibTorchFilesInLoadOrder)
        {
            string path = folders.Find(name) ?? throw LoadFailure.Missing(name, folders.All);
            if (!TryLoad(path, out DllNotFoundException? missing))
            {
                throw LoadFailure.Broken(path, missing!, ProcessMemory.Describe);
            }
        }

        if (TryLoad(torchSharp, out DllNotFoundException? error))
        {
            return;
        }

        if (!error!.Message.Contains($"version `{UnneededVersion}' not found", StringComparison.Ordinal))
        {
            throw LoadFailure.Broken(torchSharp, error, ProcessMemory.Describe);
        }

        try
        {
            byte[] image = File.ReadAllBytes(torchSharp);
            if (!ElfVersionNeeds.Weaken(image, UnneededVersion) || !TryLoad(MemoryFile.Create("libLibTorchSharp.so", image), out error))
            {
                throw LoadFailure.Broken(torchSharp, error!, ProcessMemory.Describe);
            }
        }
        catch (IOException unreadable)
        {
            throw LoadFailure.Broken(torchSharp, unreadable, ProcessMemory.Describe);
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
}
