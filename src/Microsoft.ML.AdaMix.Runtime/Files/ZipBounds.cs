using System.IO.Compression;

namespace Microsoft.ML.AdaMix.Files;

/// <summary>What a zip of others may unpack to, told from its directory before anything is unpacked.</summary>
/// <remarks>
/// The framework's reader gives no more bytes of an entry than its directory says, so that an entry which says too little is cut off.
/// </remarks>
internal static class ZipBounds
{
    /// <summary>Times as long as the archive; weights come to 2, texts to 10, a thousand is what can be made on purpose.</summary>
    private const int MostTimes = 50;

    private const long Always = 4 << 20;
    private const int NotOfTheSystem = unchecked((int)0x80131620); // COR_E_IO: an offset before the file's beginning, for one

    /// <summary>Looks at all entries of a zip in a stream that can seek, and leaves the stream where it is.</summary>
    /// <exception cref="InvalidDataException">It is no zip, or one of the reasons of <see cref="Check(ZipArchive, long)"/>.</exception>
    public static void Check(Stream stream)
    {
        long position = stream.Position;
        try
        {
            using ZipArchive archive = Open(stream);
            Check(archive, stream.Length);
        }
        finally
        {
            stream.Position = position;
        }
    }

    /// <param name="archive">The zip.</param>
    /// <param name="length">Its own length.</param>
    /// <exception cref="InvalidDataException">
    /// It unpacks to more than it can hold honestly, has a name twice, or one that leads out of it.
    /// </exception>
    public static void Check(ZipArchive archive, long length)
    {
        HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
        Int128 unpacked = 0;
        foreach (ZipArchiveEntry entry in archive.Entries)
        {
            string name = entry.FullName.Replace('\\', '/');
            if (LeadsOut(name))
            {
                throw new InvalidDataException(
                    $"The zip archive has an entry '{entry.FullName}', which leads out of it. Do not use this file.");
            }

            if (!names.Add(name))
            {
                throw new InvalidDataException($"The zip archive has two entries '{entry.FullName}'. The file is damaged.");
            }

            if (entry.Length < 0 || entry.CompressedLength < 0 || entry.CompressedLength > length)
            {
                throw new InvalidDataException(
                    $"The zip archive of {length} bytes says that its entry '{entry.FullName}' has {entry.Length} bytes, packed to "
                    + $"{entry.CompressedLength}. The file is damaged.");
            }

            unpacked += entry.Length;
        }

        Int128 most = Always + ((Int128)MostTimes * length);
        if (unpacked > most)
        {
            throw new InvalidDataException(
                $"The zip archive of {length} bytes says that it unpacks to {unpacked} bytes; expected are at most {most},"
                + $" {MostTimes} times its own length. The file is damaged, or was made to fill disk or memory.");
        }
    }

    /// <summary>Whether an exception is one of those that the framework's reader throws for a damaged archive.</summary>
    public static bool Damaged(Exception error) =>
        error is InvalidDataException or EndOfStreamException or NotSupportedException or ArgumentException or OverflowException
            or IOException { HResult: NotOfTheSystem };

    private static ZipArchive Open(Stream stream)
    {
        try
        {
            ZipArchive archive = new(stream, ZipArchiveMode.Read, leaveOpen: true);
            _ = archive.Entries; // reads the directory
            return archive;
        }
        catch (Exception error) when (Damaged(error))
        {
            throw new InvalidDataException($"The file is damaged, or no zip archive: {error.Message}", error);
        }
    }

    private static bool LeadsOut(string name) =>
        name.StartsWith('/') || name.Contains(':', StringComparison.Ordinal) || name.Contains('\0', StringComparison.Ordinal)
        || name.Split('/').Contains("..", StringComparer.Ordinal);
}
