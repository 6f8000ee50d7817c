using System.Buffers;
using System.Globalization;
using System.Text;

namespace Microsoft.ML.AdaMix.Tokenization.Words;

/// <summary>SentencePiece's Unigram: the pieces with the best sum of scores; a run of unknown characters is one unknown token.</summary>
internal sealed class UnigramModel : IWordModel
{
    private const double UnknownPenalty = 10;
    private const int NoToken = -1;

    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _ids;
    private readonly PieceTrie _trie;
    private readonly double[] _scores;
    private readonly double _unknownScore;
    private readonly int _unknown;
    private readonly int[]? _bytes; // ids of <0x00> to <0xFF>, where unknown characters become these

    /// <param name="parts">What the file says.</param>
    /// <param name="ids">The pieces that text may become.</param>
    public UnigramModel(UnigramParts parts, Dictionary<string, int> ids)
    {
        (_scores, _unknown) = (parts.Scores, parts.UnknownId);
        _unknownScore = _scores.Min() - UnknownPenalty;
        _ids = ids.GetAlternateLookup<ReadOnlySpan<char>>();
        _trie = new PieceTrie(ids.Where(piece => piece.Key.Length > 0).Select(piece => (Encoding.UTF8.GetBytes(piece.Key), piece.Value)));
        int[] bytes = [.. Enumerable.Range(0, 256).Select(
            value => ids.GetValueOrDefault(string.Create(CultureInfo.InvariantCulture, $"<0x{value:X2}>"), NoToken))];
        _bytes = parts.FallsBackToBytes ? bytes : null;
    }

    public void Append(ReadOnlySpan<char> word, List<int> ids)
    {
        int most = Encoding.UTF8.GetMaxByteCount(word.Length);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(most);
        Node[] nodes = ArrayPool<Node>.Shared.Rent(most + 1);
        try
        {
            ReadOnlySpan<byte> text = buffer.AsSpan(0, Encoding.UTF8.GetBytes(word, buffer));
            FindBest(text, nodes.AsSpan(0, text.Length + 1));
            AppendBest(text, nodes, ids);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            ArrayPool<Node>.Shared.Return(nodes);
        }
    }

    // The best way to each place; of equal ones the first found, which begins earliest.
    private void FindBest(ReadOnlySpan<byte> text, Span<Node> nodes)
    {
        nodes.Fill(new Node(0, NoToken, 0));
        for (int start = 0, width; start < text.Length; start += width)
        {
            width = Width(text[start]);
            double score = nodes[start].Score;
            bool hasSingle = false;
            uint state = PieceTrie.Root;
            for (int end = start; end < text.Length && _trie.Next(ref state, text[end], out int id); end++)
            {
                if (id >= 0)
                {
                    Offer(ref nodes[end + 1], score + _scores[id], start, id);
                    hasSingle |= end + 1 - start == width;
                }
            }

            if (!hasSingle)
            {
                Offer(ref nodes[start + width], score + _unknownScore, start, _unknown);
            }
        }
    }

    private static void Offer(ref Node node, double score, int start, int id)
    {
        if (node.Start == NoToken || score > node.Score)
        {
            node = new Node(score, start, id);
        }
    }

    private void AppendBest(ReadOnlySpan<byte> text, Node[] nodes, List<int> ids)
    {
        int first = ids.Count;
        for (int end = text.Length; end > 0;)
        {
            Node node = nodes[end];
            int start = node.Start;
            if (node.Id != _unknown)
            {
                ids.Add(node.Id);
            }
            else
            {
                while (start > 0 && nodes[start].Id == _unknown)
                {
                    start = nodes[start].Start;
                }

                AppendUnknown(text[start..end], ids);
            }

            end = start;
        }

        ids.Reverse(first, ids.Count - first);
    }

    // Backwards, as all of them are added; what is unknown in parts may be a piece as a whole.
    private void AppendUnknown(ReadOnlySpan<byte> text, List<int> ids)
    {
        if (_ids.TryGetValue(Encoding.UTF8.GetString(text), out int id))
        {
            ids.Add(id);
            return;
        }

        if (_bytes is null || HasByteWithoutToken(text, _bytes))
        {
            ids.Add(_unknown);
            return;
        }

        for (int i = text.Length - 1; i >= 0; i--)
        {
            ids.Add(_bytes[text[i]]);
        }
    }

    private static bool HasByteWithoutToken(ReadOnlySpan<byte> text, int[] bytes)
    {
        foreach (byte value in text)
        {
            if (bytes[value] == NoToken)
            {
                return true;
            }
        }

        return false;
    }

    private static int Width(byte first) => first switch
    {
        < 0x80 => 1,
        < 0xE0 => 2,
        < 0xF0 => 3,
        _ => 4,
    };

    private readonly record struct Node(double Score, int Start, int Id);
}
