using System.Text.RegularExpressions;
using Microsoft.ML.AdaMix.Files;

namespace Microsoft.ML.AdaMix.Native;

/// <summary>A libtorch that the user names: of an installed PyTorch, or one that was unpacked.</summary>
/// <param name="Named">What names it, and how: LibTorchFolder is '/opt/libtorch'.</param>
/// <param name="Folder">The folder with the libraries.</param>
internal sealed partial record GivenLibTorch(string Named, string Folder)
{
    /// <summary>The environment variable that names one for the whole process.</summary>
    public const string Variable = "ADAMIX_LIBTORCH";

    private const string Option = "LibTorchFolder";

    private const string Expected =
        "expected the lib folder of an installed PyTorch (site-packages/torch/lib) or of an unpacked libtorch, in version 2.10, or a later "
        + "one that fits, such as 2.11";

    // Of a libtorch, of PyTorch, and of the folder in which Python has its packages.
    private static readonly string[] Inside = [".", "lib", Path.Combine("torch", "lib")];

    /// <summary>What the option names or, without it, the variable; null if neither does.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="DllNotFoundException">No libtorch for this system is in it.</exception>
    public static GivenLibTorch? Find(string? option, string? variable) =>
        option is not null ? At($"{Option} is '{option}'", option)
        : string.IsNullOrWhiteSpace(variable) ? null
        : At($"The variable {Variable} is '{variable.Trim()}'", variable.Trim());

    /// <summary>The file of a library; null if it is not there.</summary>
    public string? Find(string library) =>
        Path.Combine(Folder, LibraryNames.FileOf(library)) is var path && File.Exists(path) ? path : null;

    /// <summary>What files beside a libtorch say of its version: 2.11.0+cu130; null where they say nothing.</summary>
    public static string? VersionOf(string folder)
    {
        string library = LinkPath.Follow(Path.Combine(folder, LibraryNames.FileOf(LibraryNames.TorchCpu)));
        return new[] { folder, Path.GetDirectoryName(library)! }.Select(Told).FirstOrDefault(version => version is not null);

        static string? Told(string folder) => ReadVersion(Path.Combine(folder, "..", "version.py"), PythonVersion())
            ?? ReadVersion(Path.Combine(folder, "..", "build-version"), PlainVersion())
            ?? (PackageVersion().Match(folder) is { Success: true } package ? package.Groups["version"].Value : null);
    }

    private static GivenLibTorch At(string named, string path)
    {
        if (!Directory.Exists(path))
        {
            string found = File.Exists(path) ? "is a file"
                : path.StartsWith('~') ? "is not there (the shell's ~ means nothing here)"
                : Path.IsPathRooted(path) ? "is not there"
                : $"is not there (looked in '{Directory.GetCurrentDirectory()}')";
            throw new DirectoryNotFoundException($"{named}, which {found}; {Expected}. docs/libtorch.md says how to find it.");
        }

        string[] folders = [.. Inside.Select(inside => Path.GetFullPath(Path.Combine(path, inside)))];
        string library = LibraryNames.FileOf(LibraryNames.TorchCpu);
        if (Array.Find(folders, folder => File.Exists(Path.Combine(folder, library))) is { } right)
        {
            return new GivenLibTorch(named, Path.TrimEndingDirectorySeparator(right));
        }

        RequireReadable(named, path);
        string? system = folders.Select(LibraryNames.SystemOf).FirstOrDefault(system => system is not null);
        throw new DllNotFoundException(system is null
            ? $"{named}, in which no '{library}' is, nor in its lib; {Expected}. docs/libtorch.md says how to find it."
            : $"{named}, which holds a libtorch for {system}; {Expected}, for this machine.");
    }

    private static void RequireReadable(string named, string path)
    {
        try
        {
            _ = Directory.EnumerateFileSystemEntries(path).Any();
        }
        catch (UnauthorizedAccessException error)
        {
            throw new DllNotFoundException($"{named}, which must not be read: {error.Message} Check its rights.", error);
        }
    }

    private static string? ReadVersion(string file, Regex version)
    {
        try
        {
            return File.Exists(file) && version.Match(File.ReadAllText(file)) is { Success: true } found
                ? found.Groups["version"].Value
                : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null; // It is only told.
        }
    }

    [GeneratedRegex(@"^__version__\s*=\s*['""](?<version>[\w.+]+)['""]", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PythonVersion();

    [GeneratedRegex(@"^(?<version>\d[\w.+]*)\s*$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PlainVersion();

    [GeneratedRegex(
        @"[/\\]libtorch-c\w+-[\w.-]+[/\\](?<version>\d[\w.]*)[/\\]", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex PackageVersion();
}
