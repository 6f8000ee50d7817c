using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Microsoft.ML.AdaMix.Files;

/// <summary>Calls of Unix on names and folders that .NET has not: flushing and holding a folder, exchanging two names.</summary>
[UnsupportedOSPlatform("windows")]
internal static partial class UnixPath
{
    private const int CurrentFolder = -100; // AT_FDCWD
    private const uint RenameExchange = 2; // RENAME_EXCHANGE; RENAME_SWAP of macOS is the same number
    private const int LockAndFail = 2 | 4; // LOCK_EX | LOCK_NB
    private const int ReadAccess = 4; // R_OK
    private const int NotPermitted = 1;
    private const int NoEntry = 2;
    private const int NoAccess = 13;
    private const int CrossesDisks = 18;
    private const int IsFolder = 21; // what kernels say that know no nameless files
    private const int Invalid = 22;
    private const int NameTooLong = 36; // of Linux
    private static readonly int HeldByAnother = OperatingSystem.IsMacOS() ? 35 : 11;
    private static readonly int NoSystemCall = OperatingSystem.IsMacOS() ? 78 : 38;
    private static readonly int NotSupported = OperatingSystem.IsMacOS() ? 45 : 95;

    /// <summary>A handle of a file or a folder, to flush or to hold it. A link is not followed.</summary>
    public static SafeFileHandle Open(string path)
    {
        int flags = OperatingSystem.IsMacOS() ? 0x1000000 | 0x100 : 0x80000 | NoFollow; // O_CLOEXEC | O_NOFOLLOW
        int number = OpenNumber(path, flags);
        return number < 0 ? throw Error(path) : new SafeFileHandle(number, ownsHandle: true);
    }

    /// <summary>Makes a file that no folder names where this one would be, and lets it go.</summary>
    /// <returns>False where system or file system have no such files.</returns>
    [SupportedOSPlatform("linux")]
    public static bool TryCreateNameless(string path)
    {
        if (Access(path, 0) != 0 && Marshal.GetLastPInvokeError() == NameTooLong)
        {
            throw new PathTooLongException($"'{path}': {Marshal.GetPInvokeErrorMessage(NameTooLong)}.");
        }

        string folder = Path.GetDirectoryName(path)!;
        int number = OpenNumber(folder, 0x80001 | 0x400000 | (IsArm ? 0x4000 : 0x10000)); // O_CLOEXEC | O_WRONLY | O_TMPFILE
        if (number >= 0)
        {
            new SafeFileHandle(number, ownsHandle: true).Dispose();
            return true;
        }

        int error = Marshal.GetLastPInvokeError();
        return error == IsFolder || error == Invalid || error == NotSupported || error == NoEntry ? false : throw Error(folder);
    }

    /// <summary>Lets the disk have a folder's names; not of a folder that may be written and not read.</summary>
    public static void Flush(string folder)
    {
        if (Access(folder, ReadAccess) != 0)
        {
            return;
        }

        using SafeFileHandle handle = Open(folder);
        if (FlushNumber(handle) != 0 && Marshal.GetLastPInvokeError() is var error && error != Invalid && error != NotSupported)
        {
            throw Error(folder);
        }
    }

    /// <summary>The folder, held by a lock that ends with the handle or with the process; null where it is held already.</summary>
    public static SafeFileHandle? Hold(string folder)
    {
        SafeFileHandle handle = Open(folder);
        if (Lock(handle, LockAndFail) == 0)
        {
            return handle;
        }

        int error = Marshal.GetLastPInvokeError();
        if (error != HeldByAnother)
        {
            return handle; // a file system without locks
        }

        handle.Dispose();
        return null;
    }

    /// <returns>False where system or file system have no such call, or not for these two.</returns>
    public static bool Exchange(string one, string other)
    {
        try
        {
            if ((OperatingSystem.IsMacOS()
                ? RenameMac(one, other, RenameExchange)
                : RenameLinux(CurrentFolder, one, CurrentFolder, other, RenameExchange)) == 0)
            {
                return true;
            }
        }
        catch (EntryPointNotFoundException)
        {
            return false; // a C library from before 2018
        }

        int error = Marshal.GetLastPInvokeError();
        return error is Invalid or CrossesDisks || error == NoSystemCall || error == NotSupported ? false : throw Error(one);
    }

    // O_NOFOLLOW and O_DIRECTORY of Linux are not the same on all processors.
    private static int NoFollow => IsArm ? 0x8000 : 0x20000;

    private static bool IsArm =>
        RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Arm64 or Architecture.Ppc64le;

    private static Exception Error(string path)
    {
        int error = Marshal.GetLastPInvokeError();
        string message = $"'{path}': {Marshal.GetPInvokeErrorMessage(error)}.";
        return error switch
        {
            NotPermitted or NoAccess => new UnauthorizedAccessException(message),
            NoEntry => new FileNotFoundException(message, path),
            _ => new IOException(message, error),
        };
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenNumber(string path, int flags, int mode = 0x180);

    [LibraryImport("libc", EntryPoint = "access", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Access(string path, int mode);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FlushNumber(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Lock(SafeFileHandle file, int operation);

    [LibraryImport("libc", EntryPoint = "renameat2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameLinux(int folder, string one, int otherFolder, string other, uint flags);

    [LibraryImport("libc", EntryPoint = "renamex_np", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameMac(string one, string other, uint flags);
}
