using System.Globalization;

namespace Microsoft.ML.AdaMix.Files;

/// <summary>Opens what is written straight into, since no file can take its place: pipes, terminals, descriptors.</summary>
internal static class StraightStream
{
    /// <param name="path">A path without links.</param>
    public static Stream Open(string path)
    {
        // The process's own streams know where they stand in a file; opened once more they would begin at its start.
        if (OwnDescriptor(path) is { } number and (1 or 2))
        {
            return number == 1 ? Console.OpenStandardOutput() : Console.OpenStandardError();
        }

        Stream stream = FileSystem.Current.Open(path, new FileStreamOptions
        {
            Mode = FileMode.Open,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite | FileShare.Delete,
        });
        if (UnixFile.Status(path) is { Kind: FileKind.Regular })
        {
            stream.Seek(0, SeekOrigin.End); // a descriptor's file, of which nothing is to be lost
        }

        return stream;
    }

    private static int? OwnDescriptor(string path) =>
        LinkPath.IsDescriptor(path)
        && Path.GetDirectoryName(path) is { } folder
        && (folder == "/dev/fd" || folder == string.Create(CultureInfo.InvariantCulture, $"/proc/{Environment.ProcessId}/fd"))
        && int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : null;
}
