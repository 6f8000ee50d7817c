using System.Buffers.Binary;
using System.Text;

namespace Microsoft.ML.AdaMix.Native;

/// <summary>
/// Marks one needed symbol version of an ELF shared library as weak (<c>VER_FLG_WEAK</c>), so that the loader goes on where the
/// system's library lacks it. One 16-bit write in <c>.gnu.version_r</c>; right only where no used symbol carries that version.
/// </summary>
internal static class ElfVersionNeeds
{
    private const uint VersionNeedSection = 0x6ffffffe; // SHT_GNU_verneed
    private const ushort WeakFlag = 0x2; // VER_FLG_WEAK

    /// <summary>Sets the flag in <paramref name="image"/>, a 64-bit little-endian ELF file.</summary>
    /// <returns>False if the image is of another kind or needs no such version; it is unchanged then.</returns>
    public static bool Weaken(Span<byte> image, string version)
    {
        if (image.Length < 64 || !image[..6].SequenceEqual("\u007fELF\u0002\u0001"u8))
        {
            return false;
        }

        ulong sectionTable = ReadUInt64(image, 0x28);
        int entrySize = ReadUInt16(image, 0x3a);
        int count = ReadUInt16(image, 0x3c);
        for (int section = 0; section < count; section++)
        {
            int header = checked((int)sectionTable + (section * entrySize));
            if (ReadUInt32(image, header + 4) == VersionNeedSection)
            {
                int strings = checked((int)sectionTable + ((int)ReadUInt32(image, header + 0x28) * entrySize));
                return Weaken(image, version, (int)ReadUInt64(image, header + 0x18), (int)ReadUInt32(image, header + 0x2c),
                    (int)ReadUInt64(image, strings + 0x18));
            }
        }

        return false;
    }

    private static bool Weaken(Span<byte> image, string version, int need, int needs, int stringTable)
    {
        byte[] wanted = [.. Encoding.ASCII.GetBytes(version), 0];
        for (; needs > 0; needs--)
        {
            int auxiliary = need + (int)ReadUInt32(image, need + 8); // vn_aux
            for (int left = ReadUInt16(image, need + 2); left > 0; left--) // vn_cnt
            {
                int name = stringTable + (int)ReadUInt32(image, auxiliary + 8); // vna_name
                if (image[name..].StartsWith(wanted))
                {
                    Span<byte> flags = image.Slice(auxiliary + 4, 2); // vna_flags
                    BinaryPrimitives.WriteUInt16LittleEndian(flags, (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(flags) | WeakFlag));
                    return true;
                }

                auxiliary += (int)ReadUInt32(image, auxiliary + 12); // vna_next
            }

            need += (int)ReadUInt32(image, need + 12); // vn_next
        }

        return false;
    }

    private static ushort ReadUInt16(ReadOnlySpan<byte> image, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(image[offset..]);

    private static uint ReadUInt32(ReadOnlySpan<byte> image, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(image[offset..]);

    private static ulong ReadUInt64(ReadOnlySpan<byte> image, int offset) => BinaryPrimitives.ReadUInt64LittleEndian(image[offset..]);
}
