using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Microsoft.ML.AdaMix.Native;

/// <summary>
/// A file that exists in this process's memory only (Linux <c>memfd_create</c>): private, no clean-up, no race with other processes.
/// </summary>
[SupportedOSPlatform("linux")]
internal static partial class MemoryFile
{
    private const uint CloseOnExec = 1; // MFD_CLOEXEC

    /// <summary>Writes <paramref name="content"/> to a new memory file.</summary>
    /// <returns>
    /// A path under which this process can open it until it ends; the descriptor stays open, so that the path is never reused.
    /// </returns>
    public static string Create(string name, ReadOnlySpan<byte> content)
    {
        int descriptor = CreateDescriptor(name, CloseOnExec);
        if (descriptor < 0)
        {
            throw new IOException($"No memory file '{name}' could be made: {Marshal.GetLastPInvokeErrorMessage()}.");
        }

        SafeFileHandle handle = new(descriptor, ownsHandle: false);
        RandomAccess.Write(handle, content, 0);
        return string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{descriptor}");
    }

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int CreateDescriptor(string name, uint flags);
}
