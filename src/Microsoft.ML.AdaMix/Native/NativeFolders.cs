using System.Runtime.InteropServices;
using TorchSharp;

namespace Microsoft.ML.AdaMix.Native;

/// <summary>The folders in which TorchSharp's native library and libtorch may lie.</summary>
/// <param name="fromHost">Where the host looks for native libraries, as it says it; null where it says nothing.</param>
/// <param name="application">The application's folder.</param>
/// <param name="torchSharp">The folder of TorchSharp.dll; null where it is not a file, as in single-file applications.</param>
/// <param name="platforms">Names of the platform in packages, the most exact first.</param>
internal sealed class NativeFolders(string? fromHost, string application, string? torchSharp, IReadOnlyList<string> platforms)
{
    /// <summary>The libtorch that TorchSharp 0.107 is built for.</summary>
    internal const string LibTorchVersion = "2.10.0";

    /// <summary>Those of this process.</summary>
    public static NativeFolders OfProcess() => new(
        AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string,
        AppContext.BaseDirectory,
        FolderOfTorchSharp(),
        [RuntimeInformation.RuntimeIdentifier, Platform()]);

    /// <summary>
    /// Where the host looks, where a published or copied application has them, and, for scripts and notebooks, beside TorchSharp.dll: in
    /// an application's folder or in the packages' folder.
    /// </summary>
    public IReadOnlyList<string> All => [.. Folders().Distinct(StringComparer.Ordinal)];

    /// <summary>The first of the folders' files of this name, or null.</summary>
    public string? Find(string file) => All.Select(folder => Path.Combine(folder, file)).FirstOrDefault(File.Exists);

    /// <summary>The file that .NET itself finds for a library that TorchSharp names, or null.</summary>
    public string? FindAsRuntime(string file) =>
        FromHost.Concat(torchSharp is null ? [] : [torchSharp]).Select(folder => Path.Combine(folder, file)).FirstOrDefault(File.Exists);

    private string[] FromHost => (fromHost ?? string.Empty).Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);

    private IEnumerable<string> Folders()
    {
        IEnumerable<string> Natives(string root) => platforms.Select(platform => Path.Combine(root, "runtimes", platform, "native"));

        IEnumerable<string> folders = FromHost.Append(application).Concat(Natives(application));
        if (torchSharp is null)
        {
            return folders;
        }

        folders = folders.Append(torchSharp).Concat(Natives(torchSharp));
        if (Package(torchSharp) is not { } package)
        {
            return folders;
        }

        string packages = Path.GetFullPath(Path.Combine(package, "..", ".."));
        return folders.Concat(Natives(package)).Concat(
            platforms.SelectMany(platform => Natives(Path.Combine(packages, $"libtorch-cpu-{platform}", LibTorchVersion))));
    }

    // <packages>/torchsharp/<version> of <packages>/torchsharp/<version>/lib/<framework>.
    private static string? Package(string folder) =>
        Directory.GetParent(Path.TrimEndingDirectorySeparator(folder)) is { Name: "lib", Parent: { Parent.Name: var name } version }
        && name.Equals("torchsharp", StringComparison.OrdinalIgnoreCase)
            ? version.FullName
            : null;

#pragma warning disable IL3000 // Empty in single-file applications, whose native libraries lie where the host looks.
    private static string? FolderOfTorchSharp() => Path.GetDirectoryName(typeof(torch).Assembly.Location) is { Length: > 0 } folder
        ? folder
        : null;
#pragma warning restore IL3000

    // What packages call it; a runtime built by a distribution may have a name of its own for it.
    private static string Platform()
    {
        string system = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";
        return $"{system}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";
    }
}
