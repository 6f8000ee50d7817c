using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Microsoft.ML.AdaMix.Files;

/// <summary>The two calls of Unix that .NET has not: what a file is and whose, and giving it to somebody.</summary>
internal static partial class UnixFile
{
    private const int CurrentFolder = -100; // AT_FDCWD
    private const uint BasicStatus = 0x7ff; // STATX_BASIC_STATS
    private const ulong MountRoot = 0x2000; // STATX_ATTR_MOUNT_ROOT
    private const uint Nobody = uint.MaxValue; // leaves user or group as it is
    private const int Kinds = 0xF000; // S_IFMT
    private const UnixFileMode Permissions = (UnixFileMode)0x1FF;

    /// <summary>The status of what a path leads to; null where there is nothing, or where the system is none of those known here.</summary>
    public static FileStatus? Status(string path)
    {
        try
        {
            return OperatingSystem.IsLinux() ? LinuxStatus(path) : OperatingSystem.IsMacOS() ? MacStatus(path) : null;
        }
        catch (EntryPointNotFoundException)
        {
            return null; // a C library without statx
        }
    }

    /// <summary>Gives a new file the owner and the mode of the one that it replaces, as far as this user may.</summary>
    [UnsupportedOSPlatform("windows")]
    public static void TakeOver(SafeFileHandle file, FileStatus old)
    {
        bool kept = SetOwner(file, old.User, old.Group) == 0;
        if (!kept)
        {
            _ = SetOwner(file, Nobody, old.Group);
        }

        try
        {
            File.SetUnixFileMode(file, kept ? old.Mode : old.Mode & Permissions);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A file system without modes, such as FAT, has none to keep.
        }
    }

    // struct statx is the same on all processors.
    [SupportedOSPlatform("linux")]
    private static FileStatus? LinuxStatus(string path)
    {
        Span<byte> status = stackalloc byte[256];
        return StatX(CurrentFolder, path, 0, BasicStatus, status) == 0
            ? Create(
                MemoryMarshal.Read<ushort>(status[28..]), MemoryMarshal.Read<uint>(status[20..]), MemoryMarshal.Read<uint>(status[24..]),
                ((ulong)MemoryMarshal.Read<uint>(status[136..]) << 32) | MemoryMarshal.Read<uint>(status[140..]),
                MemoryMarshal.Read<ulong>(status[32..])) with
            {
                IsMount = (MemoryMarshal.Read<ulong>(status[8..]) & MountRoot) != 0,
            }
            : null;
    }

    // struct stat with inode numbers of 64 bits, which is the only one on Apple's own processors.
    [SupportedOSPlatform("macos")]
    private static FileStatus? MacStatus(string path)
    {
        Span<byte> status = stackalloc byte[256];
        int failed = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? StatInode64(path, status) : Stat(path, status);
        return failed == 0
            ? Create(
                MemoryMarshal.Read<ushort>(status[4..]), MemoryMarshal.Read<uint>(status[16..]), MemoryMarshal.Read<uint>(status[20..]),
                MemoryMarshal.Read<uint>(status), MemoryMarshal.Read<ulong>(status[8..]))
            : null;
    }

    private static FileStatus Create(int mode, uint user, uint group, ulong device, ulong number)
    {
        FileKind kind = (mode & Kinds) switch
        {
            0x1000 => FileKind.Pipe,
            0x2000 => FileKind.Device,
            0x4000 => FileKind.Folder,
            0x6000 => FileKind.BlockDevice,
            0xC000 => FileKind.Socket,
            _ => FileKind.Regular,
        };
        return new FileStatus(kind, (UnixFileMode)(mode & ~Kinds), user, group, device, number);
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int folder, string path, int flags, uint mask, Span<byte> status);

    [LibraryImport("libc", EntryPoint = "stat", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Stat(string path, Span<byte> status);

    [LibraryImport("libc", EntryPoint = "stat$INODE64", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatInode64(string path, Span<byte> status);

    [LibraryImport("libc", EntryPoint = "fchown")]
    private static partial int SetOwner(SafeFileHandle file, uint user, uint group);
}
