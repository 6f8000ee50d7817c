using System.Text;
using Microsoft.ML.AdaMix.Native;

namespace Microsoft.ML.AdaMix.Tests.Native;

/// <summary>Small libraries that can be loaded, under names of others: copies of one of libtorch's that has no code.</summary>
internal static class FakeLibraries
{
    private const string Source = "libtorch_global_deps.so";
    private const string Needed = "libpthread.so.0";

    /// <summary>Ends a test where there is no such library.</summary>
    public static void RequireThem()
    {
        if (!OperatingSystem.IsLinux() || NativeFolders.OfProcess().Find(Source) is null)
        {
            Assert.Inconclusive("The made-up libraries are for Linux.");
        }
    }

    /// <summary>The folder of the libtorch that tests use.</summary>
    public static string LibTorch => Path.GetDirectoryName(NativeFolders.OfProcess().Find("libtorch.so"))!;

    /// <summary>Writes one that is called as its file, and needs another of 15 letters beside the system's where one is named.</summary>
    public static string Write(string path, string? needs = null, bool forOtherProcessor = false)
    {
        byte[] image = File.ReadAllBytes(NativeFolders.OfProcess().Find(Source)!);
        Replace(image, Source, Path.GetFileName(path));
        if (needs is not null)
        {
            Replace(image, Needed, needs);
        }

        if (forOtherProcessor)
        {
            image[18] = 183; // e_machine: AArch64
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, image);
        return path;
    }

    /// <summary>Links to all files of a folder.</summary>
    public static string Link(string from, string to, params string[] except)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.GetFiles(from).Where(file => !except.Contains(Path.GetFileName(file), StringComparer.Ordinal)))
        {
            File.CreateSymbolicLink(Path.Combine(to, Path.GetFileName(file)), file);
        }

        return to;
    }

    private static void Replace(byte[] image, string name, string other)
    {
        int at = image.AsSpan().IndexOf((byte[])[0, .. Encoding.ASCII.GetBytes(name), 0]);
        Assert.IsGreaterThan(0, at, name);
        byte[] padded = new byte[name.Length];
        Encoding.ASCII.GetBytes(other).CopyTo(padded, 0);
        padded.CopyTo(image, at + 1);
    }
}
