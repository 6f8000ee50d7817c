using System.Security.Cryptography;

namespace Microsoft.ML.AdaMix.ModelFiles;

/// <summary>The entry that holds a model's manifest: its SHA-256, then the manifest.</summary>
internal static class ManifestPart
{
    private const int FirstBytes = 1 << 16;
    private const int MostBytes = SHA256.HashSizeInBytes + ManifestJson.MostBytes;

    /// <param name="stream">The entry's content.</param>
    /// <param name="length">Its length.</param>
    /// <exception cref="InvalidDataException">It was altered, is too long or is not valid.</exception>
    public static ModelManifest Read(Stream stream, long length)
    {
        if (length > MostBytes)
        {
            throw new InvalidDataException(
                $"The model's part '{ModelFormat.ManifestPart}' has {length} bytes; a manifest has at most {MostBytes}."
                + " The file is damaged; save the model again.");
        }

        byte[] content = ReadAll(stream, (int)length);
        if (content.Length <= SHA256.HashSizeInBytes
            || !SHA256.HashData(content.AsSpan(SHA256.HashSizeInBytes)).AsSpan().SequenceEqual(content.AsSpan(0, SHA256.HashSizeInBytes)))
        {
            throw new InvalidDataException(
                $"The model's part '{ModelFormat.ManifestPart}' is truncated or was altered; its SHA-256 does not fit."
                + " Save the model again.");
        }

        return ManifestJson.Read<ModelManifest>(content.AsSpan(SHA256.HashSizeInBytes), "The model's manifest");
    }

    // A zip may say more than an entry has: memory is taken as it comes.
    private static byte[] ReadAll(Stream stream, int length)
    {
        byte[] content = new byte[Math.Min(length, FirstBytes)];
        int filled = 0;
        while (true)
        {
            filled += stream.ReadAtLeast(content.AsSpan(filled), content.Length - filled, throwOnEndOfStream: false);
            if (filled < content.Length)
            {
                throw new InvalidDataException(
                    $"The model's part '{ModelFormat.ManifestPart}' ends after {filled} bytes; expected are {length}."
                    + " The file is damaged; save the model again.");
            }

            if (filled == length)
            {
                return content;
            }

            Array.Resize(ref content, (int)Math.Min(length, 4L * content.Length));
        }
    }

    public static void Write(BinaryWriter writer, ModelManifest manifest)
    {
        byte[] json = ManifestJson.Write(manifest);
        writer.Write(SHA256.HashData(json));
        writer.Write(json);
    }
}
