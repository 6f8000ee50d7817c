namespace Microsoft.ML.AdaMix.Tokenization.Characters;

/// <summary>A set of code points. Immutable; a question costs two looks into arrays.</summary>
internal sealed class CharacterSet
{
    public const int Size = 0x110000;
    private const int PageBits = 8;
    private const int WordsOfPage = 4;

    private readonly ushort[] _pages = new ushort[Size >> PageBits];
    private readonly ulong[] _bits;

    /// <param name="ranges">First and last code points, in any order.</param>
    public CharacterSet(IEnumerable<(int First, int Last)> ranges)
    {
        Ranges = Joined(ranges);
        List<ulong[]> pages = [new ulong[WordsOfPage], [ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue]];
        foreach ((int first, int last) in Ranges)
        {
            for (int page = first >> PageBits; page <= last >> PageBits; page++)
            {
                int start = Math.Max(first, page << PageBits);
                int end = Math.Min(last, (page << PageBits) + 255);
                if (end - start == 255)
                {
                    _pages[page] = 1;
                    continue;
                }

                if (_pages[page] == 0)
                {
                    _pages[page] = (ushort)pages.Count;
                    pages.Add(new ulong[WordsOfPage]);
                }

                for (int code = start; code <= end; code++)
                {
                    pages[_pages[page]][(code >> 6) & 3] |= 1UL << (code & 63);
                }
            }
        }

        _bits = [.. pages.SelectMany(page => page)];
    }

    /// <summary>First and last code points, ascending, with gaps between.</summary>
    public IReadOnlyList<(int First, int Last)> Ranges { get; }

    public bool Contains(int code) =>
        ((_bits[(_pages[code >> PageBits] * WordsOfPage) + ((code >> 6) & 3)] >> (code & 63)) & 1) != 0;

    public static CharacterSet Of(params ReadOnlySpan<int> codes)
    {
        List<(int, int)> ranges = [];
        foreach (int code in codes)
        {
            ranges.Add((code, code));
        }

        return new CharacterSet(ranges);
    }

    public static CharacterSet Union(params IEnumerable<CharacterSet> sets) => new(sets.SelectMany(set => set.Ranges));

    public CharacterSet Complement()
    {
        List<(int, int)> ranges = [];
        int next = 0;
        foreach ((int first, int last) in Ranges)
        {
            if (first > next)
            {
                ranges.Add((next, first - 1));
            }

            next = last + 1;
        }

        if (next < Size)
        {
            ranges.Add((next, Size - 1));
        }

        return new CharacterSet(ranges);
    }

    public CharacterSet Intersect(CharacterSet other) => Union(Complement(), other.Complement()).Complement();

    private static List<(int First, int Last)> Joined(IEnumerable<(int First, int Last)> ranges)
    {
        List<(int First, int Last)> joined = [];
        foreach ((int first, int last) in ranges.OrderBy(range => range.First))
        {
            if (joined.Count > 0 && first <= joined[^1].Last + 1)
            {
                joined[^1] = (joined[^1].First, Math.Max(joined[^1].Last, last));
            }
            else
            {
                joined.Add((first, last));
            }
        }

        return joined;
    }
}
