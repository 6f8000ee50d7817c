using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Microsoft.ML.AdaMix.Files;

/// <summary>
/// Tells which file a path leads to, whatever it is called there: two paths with equal identities are one file, or will be one.
/// </summary>
/// <param name="Device">The disk of the file or, where it is not there yet, of the nearest folder that is.</param>
/// <param name="Number">Which one it is on the disk.</param>
/// <param name="Rest">The part of the path that is not there yet; the whole path where the system does not tell files apart.</param>
internal readonly partial record struct FileIdentity(ulong Device, ulong Number, string Rest)
{
    /// <summary>What a path leads to; null where it is nothing that can be lost: a terminal or /dev/null.</summary>
    public static FileIdentity? Find(string path)
    {
        string real = LinkPath.Follow(Path.TrimEndingDirectorySeparator(path));
        if (UnixFile.Status(real) is { Kind: FileKind.Device or FileKind.Socket })
        {
            return null;
        }

        string existing = real;
        while (!Path.Exists(existing) && Path.GetDirectoryName(existing) is { } above)
        {
            existing = above;
        }

        string rest = real[existing.Length..].TrimStart(Path.DirectorySeparatorChar);
        if (NumberOf(existing) is not { } number)
        {
            return new FileIdentity(0, 0, OperatingSystem.IsWindows() ? real.ToUpperInvariant() : real);
        }

        return new FileIdentity(number.Device, number.Number, rest.Length > 0 && IgnoresCase(existing) ? rest.ToUpperInvariant() : rest);
    }

    /// <summary>The file that one of this process's standard streams (0, 1, 2) was led to; null where it was none.</summary>
    public static FileIdentity? OfStandardStream(int number) =>
        UnixFile.Status($"/dev/fd/{number}") is { Kind: FileKind.Regular } status
            ? new FileIdentity(status.Device, status.Number, string.Empty)
            : null;

    /// <summary>Whether another file would have to lie in this one.</summary>
    public bool Holds(FileIdentity other) =>
        Device == other.Device && Number == other.Number
        && (Rest.Length == 0 ? other.Rest.Length > 0
            : other.Rest.StartsWith(Rest + Path.DirectorySeparatorChar, StringComparison.Ordinal));

    /// <summary>Whether two paths are, or will be, on one disk.</summary>
    public static bool OnOneDisk(string path, string other) =>
        Find(path) is { Device: > 0 } first && Find(other) is { } second && first.Device == second.Device;

    private static (ulong Device, ulong Number)? NumberOf(string existing)
    {
        if (UnixFile.Status(existing) is { } status)
        {
            return (status.Device, status.Number);
        }

        return OperatingSystem.IsWindows() && File.Exists(existing) ? WindowsNumber(existing) : null;
    }

    // A name with the other case in its letters is looked up: one in the folder, or the folder's own.
    private static bool IgnoresCase(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return true;
        }

        EnumerationOptions readable = new() { IgnoreInaccessible = true, AttributesToSkip = FileAttributes.None };
        IEnumerable<string> entries = Directory.Exists(folder) ? Directory.EnumerateFileSystemEntries(folder, "*", readable) : [];
        string? known = entries.Append(folder)
            .FirstOrDefault(entry => Path.GetFileName(entry).Any(char.IsAsciiLetter));
        if (known is null)
        {
            return OperatingSystem.IsMacOS();
        }

        string other = string.Concat(Path.GetFileName(known).Select(
            letter => char.IsAsciiLetterLower(letter) ? char.ToUpperInvariant(letter) : char.ToLowerInvariant(letter)));
        return UnixFile.Status(known) is { } status
            && UnixFile.Status(Path.Combine(Path.GetDirectoryName(known) ?? known, other)) is { } found
            && (status.Device, status.Number) == (found.Device, found.Number);
    }

    [SupportedOSPlatform("windows")]
    private static (ulong Device, ulong Number)? WindowsNumber(string file)
    {
        try
        {
            using SafeFileHandle handle = File.OpenHandle(file, share: FileShare.ReadWrite | FileShare.Delete);
            Span<uint> information = stackalloc uint[13]; // BY_HANDLE_FILE_INFORMATION
            return GetFileInformationByHandle(handle, information)
                ? (information[7], ((ulong)information[11] << 32) | information[12])
                : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetFileInformationByHandle(SafeFileHandle file, Span<uint> information);
}
