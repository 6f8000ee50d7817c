using System.Buffers.Binary;

namespace Microsoft.ML.AdaMix.Reliability.Mutation;

/// <summary>A number's place in a file.</summary>
internal readonly record struct Field(int Offset, int Size);

/// <summary>Changes bytes without knowing what they mean, but for the places of numbers.</summary>
internal static class ByteMutator
{
    private const int LongestBlock = 64;

    /// <param name="bytes">Stay as they are.</param>
    /// <param name="dice">Says what is changed.</param>
    /// <param name="fields">Numbers in it.</param>
    /// <param name="changes">How many changes at most.</param>
    public static byte[] Mutate(byte[] bytes, Dice dice, IReadOnlyList<Field> fields, int changes = 3)
    {
        byte[] changed = (byte[])bytes.Clone();
        for (int change = 1 + dice.Next(changes); change > 0 && changed.Length > 0; change--)
        {
            changed = Change(changed, dice, fields);
        }

        return changed;
    }

    /// <summary>A copy in which a part is another one.</summary>
    public static byte[] Replace(ReadOnlySpan<byte> bytes, int start, int length, ReadOnlySpan<byte> by)
    {
        byte[] changed = new byte[bytes.Length - length + by.Length];
        bytes[..start].CopyTo(changed);
        by.CopyTo(changed.AsSpan(start));
        bytes[(start + length)..].CopyTo(changed.AsSpan(start + by.Length));
        return changed;
    }

    private static byte[] Change(byte[] bytes, Dice dice, IReadOnlyList<Field> fields)
    {
        int place = dice.Next(bytes.Length);
        int length = Math.Min(1 + dice.Next(LongestBlock), bytes.Length - place);
        switch (dice.Next(10))
        {
            case 0:
                bytes[place] ^= (byte)(1 << dice.Next(8));
                return bytes;
            case 1:
                bytes[place] = (byte)dice.Bits();
                return bytes;
            case 2 or 3 when fields.Count > 0:
                Field field = dice.Pick(fields);
                WriteNumber(bytes, field.Offset, field.Size, dice);
                return bytes;
            case 2 or 3:
                WriteNumber(bytes, place, 1 << dice.Next(4), dice);
                return bytes;
            case 4:
                return bytes[..place];
            case 5:
                return Replace(bytes, place, length, []);
            case 6: // a block twice
                return Replace(bytes, place, 0, bytes.AsSpan(place, length));
            case 7: // a block in another's place
                int other = dice.Next(bytes.Length);
                int common = Math.Min(length, bytes.Length - other);
                bytes.AsSpan(other, common).ToArray().CopyTo(bytes, Math.Min(place, bytes.Length - common));
                return bytes;
            case 8:
                return Replace(bytes, place, 0, BitConverter.GetBytes(dice.Bits()).AsSpan(0, 1 + dice.Next(8)));
            default:
                return Replace(bytes, bytes.Length, 0, BitConverter.GetBytes(dice.Bits()).AsSpan(0, 1 + dice.Next(8)));
        }
    }

    private static void WriteNumber(byte[] bytes, int offset, int size, Dice dice)
    {
        Span<byte> number = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(number, dice.OddNumber());
        if (offset < bytes.Length)
        {
            number[..Math.Min(size, bytes.Length - offset)].CopyTo(bytes.AsSpan(offset));
        }
    }
}
