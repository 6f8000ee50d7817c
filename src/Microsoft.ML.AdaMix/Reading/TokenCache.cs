using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.ML.AdaMix.Encoders;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Reading;

/// <summary>
/// Token ids of texts that trainings have seen, for those that come after them. Texts are known by a hash, so that they are not kept.
/// </summary>
/// <remarks>What comes when it is full is not kept. Safe for use by many threads.</remarks>
/// <param name="vocabularySize">One more than the highest id.</param>
/// <param name="mostBytes">When it is full, about.</param>
internal sealed class TokenCache(int vocabularySize, long mostBytes = TokenCache.DefaultBytes) : ITokenCache
{
    private const long DefaultBytes = 256L << 20;
    private const int BytesOfRow = 84; // hash, place in the dictionary and in the table, with the room that both keep for more
    private const int BytesOfToken = 2; // mostly

    private readonly TokenTable _table = new(vocabularySize);
    private readonly Dictionary<UInt128, int> _rows = [];
    private readonly Lock _lock = new();
    private long _bytes;

    /// <summary>Texts and pairs it knows.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _rows.Count;
            }
        }
    }

    /// <summary>What a text or pair is known by, with what else decides its ids.</summary>
    public static UInt128 Key(TextInput input, string text, string? pair)
    {
        string template = input.Template is { } given
            ? FormattableString.Invariant($"{given.Masks} {given.Text.Length} {given.Text} ") // no number follows the length otherwise
            : string.Empty;
        string windows = input.Windows is { } cut
            ? FormattableString.Invariant($"{cut.Stride} {cut.Most}w ")
            : string.Empty;
        string all = template + windows + FormattableString.Invariant(
            $"{input.MaxLength} {input.SpecialTokensInText} {(pair is null ? -1 : text.Length)} {text}{pair}");
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(all.AsSpan()), hash);
        return MemoryMarshal.Read<UInt128>(hash);
    }

    /// <inheritdoc/>
    public TokenIds[]? Find(UInt128 key)
    {
        lock (_lock)
        {
            return _rows.TryGetValue(key, out int row) ? _table.Row(row) : null;
        }
    }

    /// <inheritdoc/>
    public void Add(UInt128 key, TokenIds[] windows)
    {
        lock (_lock)
        {
            if (_bytes < mostBytes && _rows.TryAdd(key, _table.Count))
            {
                _table.Add(windows);
                _bytes += windows.Sum(window => BytesOfRow + ((long)BytesOfToken * window.Length));
            }
        }
    }
}
