using System.Runtime.InteropServices;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Reading;

/// <summary>
/// The token ids of many rows in a few flat buffers, so that a million rows are no million arrays: two bytes a token for vocabularies of up
/// to 65,536, four beyond, and 20 bytes a row. Rows are added at the end and never change.
/// </summary>
/// <remarks>
/// A row is one sequence, or a long text's windows, one behind the other. Sequences have numbers of their own; where no row has windows,
/// these are the rows'.
/// </remarks>
internal sealed class TokenTable
{
    // Tokens in a buffer: far below the longest array, and large enough that the rest left at its end does not matter.
    private const int ChunkLength = 1 << 20;

    private readonly int _chunkLength;
    private readonly List<ushort[]>? _narrow;
    private readonly List<int[]>? _wide;
    private readonly List<Sequence> _sequences;
    private List<int>? _starts; // of each row its first sequence; null while each row is one
    private List<Shared>? _shared; // of each sequence what windows have in common; null likewise
    private int _filled; // of the last chunk

    /// <param name="vocabularySize">One more than the highest id.</param>
    /// <param name="chunkLength">Tokens in a buffer; longer rows have one of their own.</param>
    public TokenTable(int vocabularySize, int chunkLength = ChunkLength)
    {
        _chunkLength = chunkLength;
        _narrow = vocabularySize <= ushort.MaxValue + 1 ? [] : null;
        _wide = _narrow is null ? [] : null;
        _sequences = [];
    }

    private TokenTable(TokenTable source, IReadOnlyList<int> rows)
    {
        _chunkLength = source._chunkLength;
        _narrow = source._narrow;
        _wide = source._wide;
        _sequences = new List<Sequence>(rows.Count);
        foreach (int row in rows)
        {
            int start = source.Start(row);
            Range own = start..source.Start(row + 1);
            Note(
                CollectionsMarshal.AsSpan(source._sequences)[own],
                source._shared is null ? [default] : CollectionsMarshal.AsSpan(source._shared)[own]);
        }
    }

    public int Count => _starts?.Count ?? _sequences.Count;

    /// <summary>Sequences of all rows: a long text has as many as windows, every other row one.</summary>
    public int Sequences => _sequences.Count;

    /// <summary>Of all sequences together.</summary>
    public long Tokens { get; private set; }

    /// <summary>Likewise, of what windows have in common once.</summary>
    public long ReadTokens { get; private set; }

    /// <summary>Windows of the row that has most of them.</summary>
    public int MostWindows { get; private set; } = 1;

    /// <summary>Rows that lost tokens at the maximum length.</summary>
    public int CutRows { get; private set; }

    /// <summary>Those of them that are longer than all windows.</summary>
    public int RowsBeyond { get; private set; }

    /// <summary>Pairs whose shorter text is cut to half of a window.</summary>
    public int HalvedPairs { get; private set; }

    /// <summary>About how many tokens they lost.</summary>
    public long CutTokens { get; private set; }

    /// <summary>A copy of a sequence's ids.</summary>
    public TokenIds this[int sequence]
    {
        get
        {
            (int chunk, int start, int length, int secondStart, int cut) = _sequences[sequence];
            int[] ids = new int[length];
            for (int i = 0; i < length; i++)
            {
                ids[i] = _narrow is null ? _wide![chunk][start + i] : _narrow[chunk][start + i];
            }

            (int repeated, int cutBeside) = _shared?[sequence] ?? default;
            return new TokenIds(ids, secondStart, cut) { Repeated = repeated, CutBeside = cutBeside };
        }
    }

    /// <summary>Copies of a row's windows; of most rows one.</summary>
    public TokenIds[] Row(int row) => [.. Enumerable.Range(Start(row), Start(row + 1) - Start(row)).Select(sequence => this[sequence])];

    /// <summary>A row's ids as the bits of a string, which sets compare fast.</summary>
    public string Bits(int row) => new(MemoryMarshal.Cast<int, char>(Row(row).SelectMany(window => window.Ids).ToArray()));

    /// <summary>The sequences of some rows.</summary>
    public RowWindows Windows(int[] rows)
    {
        if (_starts is null)
        {
            return new RowWindows(rows, null);
        }

        int[] counts = Array.ConvertAll(rows, row => Start(row + 1) - Start(row));
        int[] sequences = [.. rows.SelectMany((row, i) => Enumerable.Range(Start(row), counts[i]))];
        return new RowWindows(sequences, counts.AsSpan().ContainsAnyExcept(1) ? counts : null);
    }

    /// <summary>Cuts rows into parts of at most so many sequences, but of one row at least.</summary>
    public IEnumerable<Range> Parts(int[] rows, int sequences)
    {
        int start = 0;
        int count = 0;
        for (int i = 0; i < rows.Length; i++)
        {
            int own = Start(rows[i] + 1) - Start(rows[i]);
            if (i > start && count + own > sequences)
            {
                yield return start..i;
                (start, count) = (i, 0);
            }

            count += own;
        }

        if (start < rows.Length)
        {
            yield return start..rows.Length;
        }
    }

    /// <summary>The most sequences that so many rows can have.</summary>
    public int MostSequences(int rows) => _starts is null
        ? Math.Min(rows, Count)
        : Enumerable.Range(0, Count).Select(row => Start(row + 1) - Start(row)).OrderDescending().Take(rows).Sum();

    /// <summary>Tokens of all sequences of a row: what it costs.</summary>
    public int Cost(int row)
    {
        int tokens = 0;
        for (int sequence = Start(row); sequence < Start(row + 1); sequence++)
        {
            tokens += _sequences[sequence].Length;
        }

        return tokens;
    }

    /// <summary>Tokens of a sequence.</summary>
    public int Length(int sequence) => _sequences[sequence].Length;

    /// <summary>Tokens of the longest of some sequences.</summary>
    public int Longest(int[] sequences)
    {
        int longest = 0;
        foreach (int sequence in sequences)
        {
            longest = Math.Max(longest, _sequences[sequence].Length);
        }

        return longest;
    }

    /// <summary>Some sequences as a batch, padded to the longest of them, or to the next multiple of a length.</summary>
    public PaddedRows Pad(int[] sequences, int padding, int multipleOf = 1)
    {
        int paddedLength = (Longest(sequences) + multipleOf - 1) / multipleOf * multipleOf;
        PaddedRows padded = PaddedRows.Create(sequences.Length, paddedLength, padding);
        for (int i = 0; i < sequences.Length; i++)
        {
            (int chunk, int start, int length, int secondStart, _) = _sequences[sequences[i]];
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

    /// <summary>Adds a row of one sequence.</summary>
    public void Add(TokenIds row) => Note([Store(row)], [Shared.Of(row)]);

    /// <summary>Adds a row of one window or more.</summary>
    public void Add(TokenIds[] windows)
    {
        if (windows is [var only])
        {
            Add(only);
            return;
        }

        Note(Array.ConvertAll(windows, Store), Array.ConvertAll(windows, Shared.Of));
    }

    /// <summary>The rows at the given indices, without a copy of their ids. Nothing may be added to it.</summary>
    public TokenTable Select(IReadOnlyList<int> rows) => new(this, rows);

    private int Start(int row) => _starts is null ? row : row < _starts.Count ? _starts[row] : _sequences.Count;

    private Sequence Store(TokenIds ids)
    {
        int chunks = _narrow?.Count ?? _wide!.Count;
        if (chunks == 0 || _filled + ids.Length > LastLength())
        {
            int length = Math.Max(_chunkLength, ids.Length);
            _narrow?.Add(new ushort[length]);
            _wide?.Add(new int[length]);
            _filled = 0;
            chunks++;
        }

        for (int i = 0; i < ids.Length; i++)
        {
            if (_narrow is null)
            {
                _wide![^1][_filled + i] = ids.Ids[i];
            }
            else
            {
                _narrow[^1][_filled + i] = checked((ushort)ids.Ids[i]);
            }
        }

        _filled += ids.Length;
        return new Sequence(chunks - 1, _filled - ids.Length, ids.Length, ids.SecondStart, ids.Cut);
    }

    // A row of sequences that are stored.
    private void Note(ReadOnlySpan<Sequence> row, ReadOnlySpan<Shared> shared)
    {
        if (row.Length > 1)
        {
            _starts ??= [.. Enumerable.Range(0, _sequences.Count)];
            _shared ??= [.. new Shared[_sequences.Count]];
        }

        _starts?.Add(_sequences.Count);
        _shared?.AddRange(shared);
        _sequences.AddRange(row);
        MostWindows = Math.Max(MostWindows, row.Length);
        int cut = row[^1].Cut;
        CutRows += cut > 0 ? 1 : 0;
        RowsBeyond += cut > shared[^1].CutBeside ? 1 : 0;
        HalvedPairs += shared[^1].CutBeside > 0 ? 1 : 0;
        CutTokens += cut;
        for (int window = 0; window < row.Length; window++)
        {
            Tokens += row[window].Length;
            ReadTokens += row[window].Length - shared[window].Repeated;
        }
    }

    private int LastLength() => _narrow is null ? _wide![^1].Length : _narrow[^1].Length;

    private readonly record struct Sequence(int Chunk, int Start, int Length, int SecondStart, int Cut);

    private readonly record struct Shared(int Repeated, int CutBeside)
    {
        public static Shared Of(TokenIds window) => new(window.Repeated, window.CutBeside);
    }
}
