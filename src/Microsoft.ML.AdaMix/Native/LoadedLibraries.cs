using System.Diagnostics;
using Microsoft.ML.AdaMix.Files;

namespace Microsoft.ML.AdaMix.Native;

/// <summary>The libraries in this process, whoever loaded them.</summary>
internal static class LoadedLibraries
{
    /// <summary>The files of libtorch and of TorchSharp's library.</summary>
    public static IReadOnlyList<string> Torch()
    {
        HashSet<string> names = [.. LibraryNames.InLoadOrder.Append(LibraryNames.TorchSharp).Select(LibraryNames.FileOf)];
        return [.. Files().Where(file => names.Contains(Path.GetFileName(file))).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The files of one library: none, one, or several where a second copy of it came in.</summary>
    public static IReadOnlyList<string> Of(string library) =>
        [.. Torch().Where(file => Path.GetFileName(file) == LibraryNames.FileOf(library))];

    /// <summary>Whether two paths lead to one file.</summary>
    public static bool AreSame(string file, string other) => FileIdentity.Find(file) == FileIdentity.Find(other);

    private static string[] Files()
    {
        using Process process = Process.GetCurrentProcess();
        return [.. process.Modules.Cast<ProcessModule>().Select(module => module.FileName)];
    }
}
