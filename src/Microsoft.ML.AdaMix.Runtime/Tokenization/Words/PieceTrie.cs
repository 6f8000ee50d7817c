namespace Microsoft.ML.AdaMix.Tokenization.Words;

/// <summary>Finds all pieces that a text begins with: a double array over the bytes of UTF-8.</summary>
internal sealed class PieceTrie
{
    public const uint Root = 0;

    private readonly List<Cell> _building = [];
    private readonly Cell[] _cells;
    private readonly List<(byte[] Bytes, int Id)> _pieces;
    private int _firstFree = 1;

    /// <param name="pieces">Bytes and ids, none empty and none twice.</param>
    public PieceTrie(IEnumerable<(byte[] Bytes, int Id)> pieces)
    {
        _pieces = [.. pieces];
        _pieces.Sort((one, other) => one.Bytes.AsSpan().SequenceCompareTo(other.Bytes));
        Grow(1);
        _building[0] = _building[0] with { Before = 0 };
        Queue<(int Cell, int Start, int End, int Depth)> open = new([(0, 0, _pieces.Count, 0)]);
        while (open.TryDequeue(out (int Cell, int Start, int End, int Depth) node))
        {
            Place(node.Cell, node.Start, node.End, node.Depth, open);
        }

        _cells = [.. _building];
        (_building, _pieces) = ([], []);
    }

    /// <summary>Goes on by a byte.</summary>
    /// <param name="state">Where it is; <see cref="Root"/> at first.</param>
    /// <param name="value">The byte.</param>
    /// <param name="id">Of the piece that ends here; negative if none does.</param>
    /// <returns>Whether a piece begins so.</returns>
    public bool Next(ref uint state, byte value, out int id)
    {
        uint next = _cells[state].Base + value;
        if (next < _cells.Length && _cells[next].Before == state && next != Root)
        {
            state = next;
            id = _cells[next].Id;
            return true;
        }

        id = -1;
        return false;
    }

    // Pieces start to end have their first bytes in common; finds room for all that come next.
    private void Place(int cell, int start, int end, int depth, Queue<(int Cell, int Start, int End, int Depth)> open)
    {
        List<(byte Value, int Start, int End)> children = [];
        for (int i = start; i < end; i++)
        {
            byte[] bytes = _pieces[i].Bytes;
            if (bytes.Length == depth)
            {
                continue; // ends at this cell
            }

            if (children.Count > 0 && children[^1].Value == bytes[depth])
            {
                children[^1] = children[^1] with { End = i + 1 };
            }
            else
            {
                children.Add((bytes[depth], i, i + 1));
            }
        }

        if (children.Count == 0)
        {
            return;
        }

        int place = FindPlace(children);
        _building[cell] = _building[cell] with { Base = (uint)place };
        foreach ((byte value, int first, int last) in children)
        {
            int child = place + value;
            int id = _pieces[first].Bytes.Length == depth + 1 ? _pieces[first].Id : -1;
            _building[child] = new Cell(0, (uint)cell, id);
            open.Enqueue((child, first, last, depth + 1));
        }
    }

    private int FindPlace(List<(byte Value, int Start, int End)> children)
    {
        Grow(_firstFree + 1);
        while (!IsFree(_firstFree))
        {
            Grow(++_firstFree + 1);
        }

        // A place that many have tried in vain is given up, so that building takes linear time.
        int tries = 0;
        for (int at = _firstFree; ; at++)
        {
            Grow(at + 1);
            int place = at - children[0].Value;
            if (place < 0 || !IsFree(at))
            {
                continue;
            }

            Grow(place + children[^1].Value + 1);
            if (children.TrueForAll(child => IsFree(place + child.Value)))
            {
                return place;
            }

            if (++tries > 64)
            {
                _firstFree = Math.Max(_firstFree, at - 1024);
                tries = 0;
            }
        }
    }

    private bool IsFree(int cell) => _building[cell].Before == Cell.Free && cell != Root;

    private void Grow(int count)
    {
        while (_building.Count < count)
        {
            _building.Add(new Cell(0, Cell.Free, -1));
        }
    }

    private readonly record struct Cell(uint Base, uint Before, int Id)
    {
        public const uint Free = uint.MaxValue;
    }
}
