using Microsoft.ML.AdaMix.Tokenization.Words;

namespace Microsoft.ML.AdaMix.Tokenization.Files;

/// <summary>Derives the merges of byte-pair encoding from SentencePiece's pieces, as transformers does.</summary>
internal static class PieceMerges
{
    public static BytePairParts Model(
        IReadOnlyList<(string Piece, double Score)> pieces, string unknown, bool fallsBackToBytes, string source)
    {
        Dictionary<string, int> ids = new(pieces.Count, StringComparer.Ordinal);
        for (int id = 0; id < pieces.Count; id++)
        {
            ids[pieces[id].Piece] = id;
        }

        List<(Merge Merge, double Score)> merges = [];
        foreach ((string piece, double score) in pieces)
        {
            merges.AddRange(Splits(piece, ids)
                .OrderBy(merge => ids[merge.Left]).ThenBy(merge => ids[merge.Right])
                .Select(merge => (merge, score)));
        }

        // Lengths in code points; of equals the order stays.
        IEnumerable<Merge> ordered = merges
            .OrderByDescending(entry => entry.Score)
            .ThenByDescending(entry => WordPieceModel.Characters(entry.Merge.Left))
            .ThenByDescending(entry => WordPieceModel.Characters(entry.Merge.Right))
            .Select(entry => entry.Merge);
        return new BytePairParts(
            new Vocabulary(source, ids, [.. ordered]), unknown, FusesUnknown: true, FallsBackToBytes: fallsBackToBytes);
    }

    private static IEnumerable<Merge> Splits(string piece, Dictionary<string, int> ids)
    {
        for (int place = 1; place < piece.Length; place++)
        {
            if (!char.IsLowSurrogate(piece[place]) && ids.ContainsKey(piece[..place]) && ids.ContainsKey(piece[place..]))
            {
                yield return new Merge(piece[..place], piece[place..]);
            }
        }
    }
}
