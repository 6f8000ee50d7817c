using System.Text;

namespace Microsoft.ML.AdaMix.Checkpoints.Pickle;

/// <summary>The bytes of a pickle, from its beginning.</summary>
internal sealed class PickleReader(ReadOnlyMemory<byte> pickle)
{
    /// <summary>Bytes read so far.</summary>
    public int Position { get; private set; }

    /// <summary>The next bytes.</summary>
    /// <exception cref="InvalidDataException">There are not as many.</exception>
    public ReadOnlySpan<byte> Take(int count)
    {
        if (count > pickle.Length - Position)
        {
            throw new InvalidDataException($"it ends at byte {pickle.Length} in the middle of a value");
        }

        Position += count;
        return pickle.Span.Slice(Position - count, count);
    }

    /// <summary>A name, up to the end of its line.</summary>
    /// <exception cref="InvalidDataException">It has no end.</exception>
    public string Line()
    {
        int end = pickle.Span[Position..].IndexOf((byte)'\n');
        if (end < 0)
        {
            throw new InvalidDataException("it ends in the middle of a name");
        }

        string line = Encoding.UTF8.GetString(Take(end));
        Take(1);
        return line;
    }

    /// <summary>A length that can be read.</summary>
    /// <exception cref="InvalidDataException">It is longer than any.</exception>
    public static int Length(ulong length) =>
        length <= int.MaxValue ? (int)length : throw new InvalidDataException($"it holds a string of {length} bytes");

    /// <summary>A whole number; one beyond 64 bits, such as the legacy format's magic number, stays as its bytes.</summary>
    public static object LongInteger(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > 8)
        {
            return bytes.ToArray();
        }

        long value = bytes.Length > 0 && (bytes[^1] & 0x80) != 0 ? -1 : 0;
        for (int i = bytes.Length - 1; i >= 0; i--)
        {
            value = (value << 8) | bytes[i];
        }

        return value;
    }
}
