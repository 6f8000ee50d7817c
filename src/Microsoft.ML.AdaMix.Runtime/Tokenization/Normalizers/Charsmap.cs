using System.Buffers.Binary;
using System.Text;
using Microsoft.ML.AdaMix.Tokenization.Characters;

namespace Microsoft.ML.AdaMix.Tokenization.Normalizers;

/// <summary>
/// SentencePiece's precompiled rules as the Rust library applies them: to whole clusters under six bytes, of which the shortest rule at
/// their beginning replaces all, otherwise to single characters.
/// </summary>
internal sealed class Charsmap : INormalizer
{
    private const int LongestCluster = 5;

    private readonly uint[] _units; // a double array: what leads from byte to byte, and values at its leaves
    private readonly byte[] _replacements; // UTF-8, each with a zero behind it
    private readonly bool _keepsAscii;

    /// <param name="bytes">Length of the double array, the double array, the replacements.</param>
    /// <param name="source">What errors call it.</param>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public Charsmap(ReadOnlySpan<byte> bytes, string source)
    {
        int length = bytes.Length >= 4 ? BinaryPrimitives.ReadInt32LittleEndian(bytes) : -1;
        if (length < 4 || length % 4 != 0 || length > bytes.Length - 4)
        {
            throw new InvalidDataException(
                $"The precompiled_charsmap of {source} has {bytes.Length} bytes, of which its first four say that {length} are its table; "
                + "it is damaged.");
        }

        _units = new uint[length / 4];
        for (int i = 0; i < _units.Length; i++)
        {
            _units[i] = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(4 + (4 * i))..]);
        }

        _replacements = bytes[(4 + length)..].ToArray();
        Span<byte> one = stackalloc byte[1];
        _keepsAscii = true;
        for (byte value = (byte)' '; value < 0x7F; value++)
        {
            one[0] = value;
            _keepsAscii &= Find(one) is null;
        }
    }

    public bool IsLocal => true;

    public Stretch Normalize(Stretch stretch)
    {
        if (_keepsAscii && !stretch.Span.ContainsAnyExceptInRange(' ', '~'))
        {
            return stretch;
        }

        ReadOnlySpan<char> text = stretch.Span;
        Output output = new(stretch);
        Span<byte> bytes = stackalloc byte[16];
        for (int start = 0, end; start < text.Length; start = end)
        {
            end = Clusters.End(text, start);
            ReadOnlySpan<char> cluster = text[start..end];
            if (cluster.Length <= LongestCluster && Encoding.UTF8.TryGetBytes(cluster, bytes, out int count) && count <= LongestCluster
                && Find(bytes[..count]) is { } whole)
            {
                output.Replace(whole, Runes(cluster));
                continue;
            }

            foreach (Rune rune in cluster.EnumerateRunes())
            {
                if (Find(bytes[..rune.EncodeToUtf8(bytes)]) is { } replacement)
                {
                    output.Replace(replacement, 1);
                }
                else
                {
                    output.Keep(rune);
                }
            }
        }

        return output.IsChanged ? output.ToStretch() : stretch;
    }

    private static int Runes(ReadOnlySpan<char> text)
    {
        int count = 0;
        foreach (Rune _ in text.EnumerateRunes())
        {
            count++;
        }

        return count;
    }

    // The replacement of the shortest rule that the bytes begin with.
    private string? Find(ReadOnlySpan<byte> bytes)
    {
        uint unit = _units[0];
        uint node = Offset(unit);
        foreach (byte value in bytes)
        {
            node ^= value;
            if (value == 0 || node >= _units.Length || ((unit = _units[node]) & 0x800000FF) != value)
            {
                return null;
            }

            node ^= Offset(unit);
            if ((unit & 0x100) != 0 && node < _units.Length)
            {
                int start = (int)(_units[node] & 0x7FFFFFFF);
                return start < _replacements.Length ? Text(start) : null;
            }
        }

        return null;
    }

    private static uint Offset(uint unit) => (unit >> 10) << (int)((unit & (1 << 9)) >> 6);

    private string Text(int start)
    {
        int length = _replacements.AsSpan(start).IndexOf((byte)0);
        return Encoding.UTF8.GetString(_replacements, start, length < 0 ? _replacements.Length - start : length);
    }

    /// <summary>
    /// What has been made so far, and how much of it the library counts to the first character: what is inserted belongs to what stands
    /// before it, and a character that is replaced by nothing at the beginning moves all places.
    /// </summary>
    private struct Output(Stretch stretch)
    {
        private readonly StringBuilder _text = new(stretch.Text.Length + 16);
        private readonly int _head = HeadRunes(stretch);
        private int _place; // in the text before, behind what is done
        private int _lastChange; // of the last character, which is not counted yet: 1 inserted, under 0 with so many removed behind it
        private int _headLength;

        public bool IsChanged { get; private set; }

        public void Keep(Rune rune) => Append(rune, 0);

        public void Replace(string replacement, int replaced)
        {
            IsChanged = true;
            int index = 0;
            foreach (Rune rune in replacement.EnumerateRunes())
            {
                Append(rune, index < replaced ? 0 : 1);
                index++;
            }

            if (_text.Length > 0)
            {
                _lastChange += Math.Min(0, index - replaced);
            }
        }

        public Stretch ToStretch()
        {
            Count();
            return new(_text.ToString().AsMemory(), _headLength);
        }

        private static int HeadRunes(Stretch stretch) => Runes(stretch.Span[..Math.Min(stretch.Head, stretch.Text.Length)]);

        private void Append(Rune rune, int change)
        {
            Count();
            _text.AppendRune(rune);
            _lastChange = change;
        }

        private void Count()
        {
            int from = _lastChange > 0 ? Math.Max(0, _place - 1) : _place;
            if (from < _head)
            {
                _headLength = _text.Length;
            }

            _place += _text.Length == 0 ? 0 : Math.Max(0, 1 - _lastChange);
        }
    }
}
