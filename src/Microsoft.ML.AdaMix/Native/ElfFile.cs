using System.Buffers.Binary;

namespace Microsoft.ML.AdaMix.Native;

/// <summary>
/// Finds out whether an ELF library is whole: the system's loader maps a truncated one, and the process ends when it reads what is not
/// there.
/// </summary>
internal static class ElfFile
{
    private const int HeaderSize = 64;
    private const uint Loaded = 1; // PT_LOAD

    /// <summary>What is wrong with a file; null if its header and its size agree, or if it is no library of 64 bits.</summary>
    /// <param name="path">A regular file.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be read.</exception>
    public static string? Damage(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        byte[] header = Read(file, 0, HeaderSize);
        if (header.Length < HeaderSize || !header.AsSpan()[..6].SequenceEqual("\u007fELF\u0002\u0001"u8))
        {
            return null;
        }

        ulong programs = BinaryPrimitives.ReadUInt64LittleEndian(header.AsSpan(0x20));
        ulong sections = BinaryPrimitives.ReadUInt64LittleEndian(header.AsSpan(0x28));
        int programSize = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(0x36));
        int programCount = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(0x38));
        int sectionBytes = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(0x3a))
            * BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(0x3c));
        ulong needed = Math.Max(programs + (ulong)(programSize * programCount), sections + (ulong)sectionBytes);
        byte[] table = Read(file, (long)programs, programSize * programCount);
        for (int start = 0; start + programSize <= table.Length && programSize >= 0x38; start += programSize)
        {
            ReadOnlySpan<byte> program = table.AsSpan(start, programSize);
            if (BinaryPrimitives.ReadUInt32LittleEndian(program) == Loaded)
            {
                ulong offset = BinaryPrimitives.ReadUInt64LittleEndian(program[0x08..]);
                needed = Math.Max(needed, offset + BinaryPrimitives.ReadUInt64LittleEndian(program[0x20..]));
            }
        }

        if ((ulong)file.Length < needed)
        {
            return FormattableString.Invariant($"it has {file.Length} bytes, and its header speaks of {needed}");
        }

        return table.AsSpan().ContainsAnyExcept((byte)0)
            && (sectionBytes == 0 || Read(file, (long)sections, sectionBytes).AsSpan().ContainsAnyExcept((byte)0))
                ? null
                : "it has zeros where its tables should be";
    }

    // As many bytes as there are.
    private static byte[] Read(FileStream file, long start, int count)
    {
        if (start < 0 || start > file.Length)
        {
            return [];
        }

        byte[] bytes = new byte[(int)Math.Min(count, file.Length - start)];
        file.Position = start;
        file.ReadExactly(bytes);
        return bytes;
    }
}
