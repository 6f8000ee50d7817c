using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Testing;

/// <summary>Tables of given rows.</summary>
internal static class TokenTables
{
    public static TokenTable Create(IReadOnlyCollection<TokenIds> rows)
    {
        TokenTable table = new(rows.SelectMany(row => row.Ids).DefaultIfEmpty().Max() + 1);
        foreach (TokenIds row in rows)
        {
            table.Add(row);
        }

        return table;
    }

    /// <summary>Rows of windows.</summary>
    public static TokenTable Create(IReadOnlyCollection<TokenIds[]> rows)
    {
        TokenTable table = new(rows.SelectMany(row => row).SelectMany(window => window.Ids).Max() + 1);
        foreach (TokenIds[] row in rows)
        {
            table.Add(row);
        }

        return table;
    }
}
