using System.Globalization;
using System.Text;

namespace Microsoft.ML.AdaMix.Tokenization.Words;

/// <summary>Byte-pair encoding over characters, with all that files may ask for.</summary>
internal sealed class BytePairModel : IWordModel
{
    private const int NoToken = -1;

    private readonly BytePairParts _parts;
    private readonly BytePairMerges _merges;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _ids;
    private readonly int[] _bytes; // ids of <0x00> to <0xFF>
    private readonly int _unknown;

    /// <exception cref="InvalidDataException">A merge or the unknown token is not of the vocabulary.</exception>
    public BytePairModel(BytePairParts parts, IReadOnlySet<string> withheld, Vocabulary whole)
    {
        _parts = parts;
        _merges = new BytePairMerges(parts.Vocabulary, parts.ContinuingPrefix.Length, withheld);
        Dictionary<string, int> ids = withheld.Count == 0
            ? new(parts.Vocabulary.Ids, StringComparer.Ordinal)
            : parts.Vocabulary.Ids.Where(token => !withheld.Contains(token.Key)).ToDictionary(StringComparer.Ordinal);
        _ids = ids.GetAlternateLookup<ReadOnlySpan<char>>();
        _bytes = [.. Enumerable.Range(0, 256).Select(
            value => ids.GetValueOrDefault(string.Create(CultureInfo.InvariantCulture, $"<0x{value:X2}>"), NoToken))];
        _unknown = parts.UnknownToken is null || (parts.HasAllBytes && !parts.Vocabulary.Ids.ContainsKey(parts.UnknownToken))
            ? NoToken
            : whole.Require("unk_token", parts.UnknownToken);
    }

    public void Append(ReadOnlySpan<char> word, List<int> ids)
    {
        if (_parts.IgnoresMerges && _ids.TryGetValue(word, out int whole))
        {
            ids.Add(whole);
            return;
        }

        List<int> symbols = new(word.Length);
        Symbols(word, symbols);
        Span<int> merged = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(symbols);
        ids.AddRange(merged[.._merges.Apply(merged)]);
    }

    private void Symbols(ReadOnlySpan<char> word, List<int> symbols)
    {
        bool hasUnknown = false; // one that is not yet added: it may go with the next, and goes behind bytes
        Span<byte> bytes = stackalloc byte[4];
        for (int at = 0, width; at < word.Length; at += width)
        {
            Rune.DecodeFromUtf16(word[at..], out Rune rune, out width);
            bool isLast = at + width == word.Length;
            int id = Id(word.Slice(at, width), at > 0, isLast);
            if (id != NoToken)
            {
                if (hasUnknown)
                {
                    symbols.Add(_unknown);
                    hasUnknown = false;
                }

                symbols.Add(id);
            }
            else if (!(_parts.FallsBackToBytes && AddBytes(word.Slice(at, width), at > 0, isLast, symbols)) && _unknown != NoToken)
            {
                if (hasUnknown && !_parts.FusesUnknown)
                {
                    symbols.Add(_unknown);
                }

                hasUnknown = true;
            }
        }

        if (hasUnknown)
        {
            symbols.Add(_unknown);
        }
    }

    private int Id(ReadOnlySpan<char> character, bool isBehind, bool isLast)
    {
        if ((isBehind && _parts.ContinuingPrefix.Length > 0) || (isLast && _parts.EndSuffix.Length > 0))
        {
            character = Written(character, isBehind, isLast);
        }

        return _ids.TryGetValue(character, out int id) ? id : NoToken;
    }

    private string Written(ReadOnlySpan<char> character, bool isBehind, bool isLast) => string.Concat(
        isBehind ? _parts.ContinuingPrefix : string.Empty, character, isLast ? _parts.EndSuffix : string.Empty);

    private bool AddBytes(ReadOnlySpan<char> character, bool isBehind, bool isLast, List<int> symbols)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(Written(character, isBehind, isLast));
        if (Array.Exists(bytes, value => _bytes[value] == NoToken))
        {
            return false;
        }

        symbols.AddRange(bytes.Select(value => _bytes[value]));
        return true;
    }
}
