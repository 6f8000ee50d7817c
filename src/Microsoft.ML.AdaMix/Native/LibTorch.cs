using System.Runtime.Versioning;
using Microsoft.ML.AdaMix.Files;
using Microsoft.ML.AdaMix.Wording;
using TorchSharp;

namespace Microsoft.ML.AdaMix.Native;

/// <summary>Makes libtorch usable before anything else of TorchSharp runs: the application's own, or one that is named.</summary>
/// <remarks>
/// TorchSharp 0.107's own native library asks for a newer libstdc++ than Debian 12, Ubuntu 22.04 or RHEL 9 have, for a marker symbol that
/// is never called; there, a copy in memory without that demand is loaded first, and TorchSharp's P/Invokes bind to it by its name. Nothing
/// is written anywhere.
/// </remarks>
internal static class LibTorch
{
    /// <inheritdoc cref="GivenLibTorch.Variable"/>
    public const string Variable = GivenLibTorch.Variable;

    /// <summary>The version that GCC 13.2's &lt;iostream&gt; leaves in a library; see <see cref="ElfVersionNeeds"/>.</summary>
    internal const string UnneededVersion = "GLIBCXX_3.4.32";

    private static readonly Lock Loading = new();
    private static string? _loaded; // the file of torch_cpu; empty where that is not known
    private static string? _named; // the folder, where one was named

    /// <summary>Where the libtorch lies that is loaded, as a message goes on with it; empty before, or where it is not known.</summary>
    public static string Place => Folder is { } folder ? $" ('{folder}')" : string.Empty;

    /// <summary>Its version, as the files beside it tell it; null where they do not.</summary>
    public static string? Version => Folder is { } folder ? GivenLibTorch.VersionOf(folder) : null;

    /// <summary>Its folder; null before it is loaded, or where it is not known.</summary>
    public static string? Folder => string.IsNullOrEmpty(_loaded) ? null : _named ?? Path.GetDirectoryName(_loaded);

    /// <summary>Loads libtorch if it is not loaded yet. Safe to call from any thread, any number of times.</summary>
    /// <param name="folder">
    /// The option that names one. Null for the one that is loaded; before the first use for that of <see cref="Variable"/>, otherwise the
    /// application's own.
    /// </param>
    /// <exception cref="DirectoryNotFoundException">A folder is named that is not there.</exception>
    /// <exception cref="DllNotFoundException">
    /// libtorch cannot be loaded; the message says which library, why, and what to do, for example which package to add.
    /// </exception>
    /// <exception cref="InsufficientMemoryException">There is too little memory for it; another try may succeed.</exception>
    /// <exception cref="InvalidOperationException">This process has loaded another libtorch.</exception>
    /// <exception cref="NotSupportedException">The application's own libtorch would come in beside the named one.</exception>
    public static void EnsureLoaded(string? folder = null)
    {
        lock (Loading)
        {
            if (_loaded is null)
            {
                GivenLibTorch? given = GivenLibTorch.Find(folder, Environment.GetEnvironmentVariable(Variable));
                Load(given);
                _named = given?.Folder;
                _loaded = LoadedLibraries.Of(LibraryNames.TorchCpu) is [var file, ..] ? file : string.Empty;
            }
            else if (GivenLibTorch.Find(folder, null) is { } other && !LoadedLibraries.AreSame(other.Find(LibraryNames.TorchCpu)!, _loaded))
            {
                throw LoadFailure.Another(other.Named, _loaded);
            }
        }
    }

    /// <summary>What is loaded, in words: libtorch 2.11.0+cu130 ('/opt/torch/lib'), 2 CUDA devices.</summary>
    public static string Describe() =>
        $"libtorch{(Version is { } version ? $" {version}" : "")}{Place}, {Counts.Of(TrainingDevices.CountCards(), "CUDA device")}";

    private static void Load(GivenLibTorch? given)
    {
        NativeFolders folders = NativeFolders.OfProcess();
        if (OperatingSystem.IsLinux())
        {
            OpenMpThreads.SpinBriefly();
        }

        Dictionary<string, string> loaded = given is not null ? LoadLibraries(given, given.Find, given.Folder)
            : OperatingSystem.IsLinux() ? LoadOwn(folders)
            : Nothing();
        if (OperatingSystem.IsLinux() && loaded.TryGetValue(LibraryNames.TorchCpu, out string? cpu))
        {
            string shim = LibraryNames.FileOf(LibraryNames.TorchSharp);
            LoadTorchSharp(
                folders.Find(shim) ?? throw LoadFailure.Missing(shim, folders.All), given?.Folder ?? Path.GetDirectoryName(cpu)!);
        }

        using (given is null ? null : TorchSharpSearch.Lead(loaded, folders, given))
        {
            Initialize();
        }

        if (given is not null && LoadedLibraries.Of(LibraryNames.TorchCpu) is { Count: > 1 } several)
        {
            throw LoadFailure.OwnBeside(several.First(file => !LoadedLibraries.AreSame(file, loaded[LibraryNames.TorchCpu])), given);
        }
    }

    // Without TorchSharp's library TorchSharp itself says what is missing.
    private static Dictionary<string, string> LoadOwn(NativeFolders folders) =>
        folders.Find(LibraryNames.FileOf(LibraryNames.TorchSharp)) is null
            ? Nothing()
            : LoadLibraries(null, library => folders.Find(LibraryNames.FileOf(library)), null, folders);

    private static Dictionary<string, string> Nothing() => new(StringComparer.Ordinal);

    private static Dictionary<string, string> LoadLibraries(
        GivenLibTorch? given, Func<string, string?> find, string? folder, NativeFolders? folders = null)
    {
        // All are looked at before one is loaded: what is loaded stays, and another libtorch cannot come after it.
        List<(string Library, string Path)> files = [];
        foreach (string library in LibraryNames.InLoadOrder)
        {
            if (find(library) is { } named)
            {
                string path = given is null ? named : LinkPath.Follow(named); // the libraries look for others from where they are
                LoadFailure.RequireWhole(path);
                files.Add((library, path));
            }
            else if (!LibraryNames.IsOptional(library))
            {
                throw given is null
                    ? LoadFailure.Missing(LibraryNames.FileOf(library), folders!.All)
                    : LoadFailure.Incomplete(given, LibraryNames.FileOf(library));
            }
        }

        Dictionary<string, string> loaded = Nothing();
        foreach ((string library, string path) in files)
        {
            if (LoadedLibraries.Of(library).FirstOrDefault(other => !LoadedLibraries.AreSame(other, path)) is { } other)
            {
                throw LoadFailure.Another(given?.Named ?? $"The application has '{path}'", other);
            }

            if (new LibraryLoader(folder ?? Path.GetDirectoryName(path)!).TryLoad(path) is { } error)
            {
                throw LoadFailure.Broken(path, error, ProcessMemory.Describe);
            }

            loaded.Add(library, path);
        }

        return loaded;
    }

    [SupportedOSPlatform("linux")]
    private static void LoadTorchSharp(string library, string libTorch)
    {
        string? cause = GlibcLoader.TryLoadWhole(library);
        try
        {
            if (cause?.Contains($"version `{UnneededVersion}' not found", StringComparison.Ordinal) == true)
            {
                byte[] image = File.ReadAllBytes(library);
                if (ElfVersionNeeds.Weaken(image, UnneededVersion))
                {
                    string copy = MemoryFile.Create(LibraryNames.FileOf(LibraryNames.TorchSharp), image);
                    cause = GlibcLoader.TryLoadWhole(copy)?.Replace(copy, library, StringComparison.Ordinal);
                }
            }
        }
        catch (IOException unreadable)
        {
            throw LoadFailure.Broken(library, unreadable, ProcessMemory.Describe);
        }

        if (cause is not null)
        {
            throw cause.Contains("undefined symbol", StringComparison.Ordinal)
                ? LoadFailure.Foreign(libTorch, library, cause)
                : LoadFailure.Broken(library, new DllNotFoundException(cause), ProcessMemory.Describe);
        }
    }

    private static void Initialize()
    {
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
}
