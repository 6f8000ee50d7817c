using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Reading;

/// <summary>
/// The token ids of many rows in a few flat buffers, so that a million rows are no million arrays: two bytes a token for vocabularies of up
/// to 65,536, four beyond, and 20 bytes a row. Rows are added at the end and never change.
/// </summary>
internal sealed class TokenTable
{
    // Tokens in a buffer: far below the longest array, and large enough that the rest left at its end does not matter.
    private const int ChunkLength = 1 << 20;

    private readonly int _chunkLength;
    private readonly List<ushort[]>? _narrow;
    private readonly List<int[]>? _wide;
    private readonly List<Row> _rows;
    private int _filled; // of the last chunk

    /// <param name="vocabularySize">One more than the highest id.</param>
    /// <param name="chunkLength">Tokens in a buffer; longer rows have one of their own.</param>
    public TokenTable(int vocabularySize, int chunkLength = ChunkLength)
    {
        _chunkLength = chunkLength;
        _narrow = vocabularySize <= ushort.MaxValue + 1 ? [] : null;
        _wide = _narrow is null ? [] : null;
        _rows = [];
    }

    private TokenTable(TokenTable source, IReadOnlyList<int> rows)
    {
        _chunkLength = source._chunkLength;
        _narrow = source._narrow;
        _wide = source._wide;
        _rows = new List<Row>(rows.Count);
        foreach (int row in rows)
        {
            _rows.Add(source._rows[row]);
            Tokens += source._rows[row].Length;
            CutRows += source._rows[row].Cut > 0 ? 1 : 0;
            CutTokens += source._rows[row].Cut;
        }
    }

    public int Count => _rows.Count;

    /// <summary>Of all rows together.</summary>
    public long Tokens { get; private set; }

    /// <summary>Rows that lost tokens at the maximum length.</summary>
    public int CutRows { get; private set; }

    /// <summary>About how many tokens they lost.</summary>
    public long CutTokens { get; private set; }

    /// <summary>A copy of a row's ids.</summary>
    public TokenIds this[int row]
    {
        get
        {
            (int chunk, int start, int length, int secondStart, int cut) = _rows[row];
            int[] ids = new int[length];
            for (int i = 0; i < length; i++)
            {
                ids[i] = _narrow is null ? _wide![chunk][start + i] : _narrow[chunk][start + i];
            }

            return new TokenIds(ids, secondStart, cut);
        }
    }

    /// <summary>Tokens of a row.</summary>
    public int Length(int row) => _rows[row].Length;

    /// <summary>Tokens of the longest of some rows.</summary>
    public int Longest(int[] rows)
    {
        int longest = 0;
        foreach (int row in rows)
        {
            longest = Math.Max(longest, _rows[row].Length);
        }

        return longest;
    }

    /// <summary>Some rows as a batch, padded to the longest of them, or to the next multiple of a length.</summary>
    public PaddedRows Pad(int[] rows, int padding, int multipleOf = 1)
    {
        int paddedLength = (Longest(rows) + multipleOf - 1) / multipleOf * multipleOf;
        PaddedRows padded = PaddedRows.Create(rows.Length, paddedLength, padding);
        for (int i = 0; i < rows.Length; i++)
        {
            (int chunk, int start, int length, int secondStart, _) = _rows[rows[i]];
            if (_narrow is null)
            {
                padded.Write<int>(i, _wide![chunk].AsSpan(start, length), secondStart);
            }
            else
            {
                padded.Write<ushort>(i, _narrow[chunk].AsSpan(start, length), secondStart);
            }
        }

        return padded;
    }

    public void Add(TokenIds row)
    {
        int chunks = _narrow?.Count ?? _wide!.Count;
        if (chunks == 0 || _filled + row.Length > LastLength())
        {
            int length = Math.Max(_chunkLength, row.Length);
            _narrow?.Add(new ushort[length]);
            _wide?.Add(new int[length]);
            _filled = 0;
            chunks++;
        }

        for (int i = 0; i < row.Length; i++)
        {
            if (_narrow is null)
            {
                _wide![^1][_filled + i] = row.Ids[i];
            }
            else
            {
                _narrow[^1][_filled + i] = checked((ushort)row.Ids[i]);
            }
        }

        _rows.Add(new Row(chunks - 1, _filled, row.Length, row.SecondStart, row.Cut));
        _filled += row.Length;
        Tokens += row.Length;
        CutRows += row.Cut > 0 ? 1 : 0;
        CutTokens += row.Cut;
    }

    /// <summary>The rows at the given indices, without a copy of their ids. Nothing may be added to it.</summary>
    public TokenTable Select(IReadOnlyList<int> rows) => new(this, rows);

    private int LastLength() => _narrow is null ? _wide![^1].Length : _narrow[^1].Length;

    private readonly record struct Row(int Chunk, int Start, int Length, int SecondStart, int Cut);
}
