using Microsoft.ML.AdaMix.Files;

namespace Microsoft.ML.AdaMix.Checkpoints;

/// <summary>
/// Files that others wrote, looked at before they are opened: opening a pipe waits for its writer, and a device never ends.
/// </summary>
internal static class RegularFile
{
    /// <summary>Whether something of that name is there, be it a file or not.</summary>
    public static bool IsThere(string path) => File.Exists(path) || Directory.Exists(path);

    /// <summary>Refuses what is no file with content; what is not there at all is left to whoever opens it.</summary>
    /// <returns>The path.</returns>
    /// <exception cref="InvalidDataException">It is a folder, a pipe, a device, a link to nothing, or empty.</exception>
    public static string Require(string path)
    {
        if (IsThere(path))
        {
            Length(path);
        }

        return path;
    }

    /// <summary>The whole content.</summary>
    /// <param name="path">The file.</param>
    /// <param name="files">Those that it is read together with.</param>
    /// <param name="most">Bytes that it may have.</param>
    /// <exception cref="InvalidDataException">It is no file with content, or a longer one.</exception>
    public static byte[] Read(string path, SteadyFiles files, int most)
    {
        long length = Length(path);
        return length <= most
            ? files.Read(path, stream => ReadAll(stream, (int)length))
            : throw new InvalidDataException($"'{path}' has {length} bytes; such a file has at most {most}. Fetch the file again.");
    }

    private static byte[] ReadAll(Stream stream, int length)
    {
        byte[] content = GC.AllocateUninitializedArray<byte>(length);
        stream.ReadExactly(content);
        return content;
    }

    /// <summary>A file's bytes. Links are followed: Hugging Face's cache consists of them.</summary>
    /// <exception cref="InvalidDataException">It is no file, empty, a link to nothing, or has no length of its own.</exception>
    public static long Length(string path)
    {
        FileSystemInfo found = Target(path);
        return found is DirectoryInfo || Directory.Exists(found.FullName)
                ? throw new InvalidDataException($"'{path}' is a folder; expected is a file.")
            : !found.Exists
                ? throw new InvalidDataException(
                    $"'{path}' is a link to '{found.FullName}', which is not there; expected is a file. Fetch the file again.")
            : ((FileInfo)found).Length is > 0 and var length ? length
            : throw new InvalidDataException(
                $"'{path}' is empty, or no regular file but a pipe or a device; expected is a file with content.");
    }

    private static FileSystemInfo Target(string path)
    {
        try
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: true) ?? new FileInfo(path);
        }
        catch (IOException error) when (error is not FileNotFoundException and not DirectoryNotFoundException)
        {
            throw new InvalidDataException($"'{path}' is a link that leads nowhere: {error.Message}", error);
        }
    }
}
