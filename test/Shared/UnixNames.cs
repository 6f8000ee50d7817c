using System.Runtime.InteropServices;

namespace Microsoft.ML.AdaMix.Testing;

/// <summary>Files of Unix that .NET cannot make.</summary>
internal static class UnixNames
{
    /// <summary>Skips a test where there are no modes, pipes and links as Unix has them.</summary>
    public static void Require()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Inconclusive("Windows has no modes, pipes and links of this kind; this test is skipped.");
        }
    }

    /// <summary>A second name of a file.</summary>
    public static string HardLink(string file, string name)
    {
        Assert.AreEqual(0, Link(file, name));
        return name;
    }

    /// <summary>A named pipe.</summary>
    public static string Pipe(string name)
    {
        Assert.AreEqual(0, MakePipe(name, 0x1B6));
        return name;
    }

    [DllImport("libc", EntryPoint = "link", CharSet = CharSet.Ansi, BestFitMapping = false)]
    private static extern int Link([MarshalAs(UnmanagedType.LPUTF8Str)] string file, [MarshalAs(UnmanagedType.LPUTF8Str)] string name);

    [DllImport("libc", EntryPoint = "mkfifo", CharSet = CharSet.Ansi, BestFitMapping = false)]
    private static extern int MakePipe([MarshalAs(UnmanagedType.LPUTF8Str)] string name, uint mode);
}
