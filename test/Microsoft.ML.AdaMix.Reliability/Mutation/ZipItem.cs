using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace Microsoft.ML.AdaMix.Reliability.Mutation;

/// <summary>An entry of a zip as it is written, true or not.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Data">The bytes that lie in the file.</param>
/// <param name="Method">0 for stored, 8 for deflated.</param>
/// <param name="Size">What it says of its length.</param>
/// <param name="Packed">What it says of its length in the file.</param>
/// <param name="Crc">What it says of its checksum.</param>
/// <param name="Flags">What it says of its form.</param>
internal sealed record ZipItem(byte[] Name, byte[] Data, ushort Method, uint Size, uint Packed, uint Crc, ushort Flags = 0)
{
    /// <summary>Where it says that it lies; null for the truth.</summary>
    public uint? Place { get; init; }

    public byte[] Extra { get; init; } = [];

    public static ZipItem Stored(string name, byte[] content) => new(
        Encoding.UTF8.GetBytes(name), content, 0, (uint)content.Length, (uint)content.Length, Crc32.HashToUInt32(content));

    public static ZipItem Deflated(string name, byte[] content)
    {
        byte[] packed = Pack(content);
        return new ZipItem(
            Encoding.UTF8.GetBytes(name), packed, 8, (uint)content.Length, (uint)packed.Length, Crc32.HashToUInt32(content));
    }

    /// <summary>All entries of a zip.</summary>
    public static List<ZipItem> Of(byte[] zip, bool deflated)
    {
        using ZipArchive archive = new(new MemoryStream(zip));
        return [.. archive.Entries.Select(entry =>
        {
            using Stream stream = entry.Open();
            using MemoryStream content = new();
            stream.CopyTo(content);
            return deflated ? Deflated(entry.FullName, content.ToArray()) : Stored(entry.FullName, content.ToArray());
        })];
    }

    public static byte[] Pack(byte[] content)
    {
        using MemoryStream packed = new();
        using (DeflateStream deflate = new(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            deflate.Write(content);
        }

        return packed.ToArray();
    }
}
