namespace Microsoft.ML.AdaMix.Repository.Architecture;

/// <summary>The rooms of a project and the arrows between them.</summary>
internal sealed class RoomGraph(IReadOnlyList<RoomUse> uses)
{
    private readonly ILookup<string, Arrow> _arrows = uses.GroupBy(use => (use.From, use.To))
        .Select(group => new Arrow(group.Key.From, group.Key.To, [.. group]))
        .OrderByDescending(arrow => arrow.Uses.Length)
        .ToLookup(arrow => arrow.From, StringComparer.Ordinal);

    /// <summary>All rooms, each above those that it uses where there is no cycle.</summary>
    public IReadOnlyList<string> Rooms()
    {
        List<string> rooms = [];
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (string room in uses.SelectMany(use => (string[])[use.From, use.To]).Distinct().Order(StringComparer.Ordinal))
        {
            Visit(room);
        }

        rooms.Reverse();
        return rooms;

        void Visit(string room)
        {
            if (seen.Add(room))
            {
                foreach (Arrow arrow in _arrows[room])
                {
                    Visit(arrow.To);
                }

                rooms.Add(room);
            }
        }
    }

    /// <summary>One line a room: what it uses, and how often.</summary>
    public IEnumerable<string> Describe() => Rooms().Select(room =>
    {
        IEnumerable<string> used = _arrows[room].Select(arrow => $"{arrow.To} {arrow.Uses.Length}");
        return $"{room} -> {string.Join(", ", used.DefaultIfEmpty("nothing"))}";
    });

    /// <summary>The cycle that is cheapest to cut: its rooms, how often each uses the next, three uses; null if there is none.</summary>
    public string? Cycle()
    {
        foreach (Arrow arrow in _arrows.SelectMany(room => room).OrderBy(arrow => arrow.Uses.Length))
        {
            if (Way(arrow.To, arrow.From) is { } back)
            {
                Arrow[] cycle = [arrow, .. back];
                IEnumerable<string> cheapest = cycle.OrderBy(step => step.Uses.Length).SelectMany(step => step.Uses).Take(3)
                    .Select(use => $"  {use.Where} ({use.From}) names {use.What} ({use.To})");
                string way = string.Concat(cycle.Select(step => $" -{step.Uses.Length}-> {step.To}"));
                return $"{arrow.From}{way}\n{string.Join('\n', cheapest)}";
            }
        }

        return null;
    }

    // The way from one room to another over the fewest arrows, or null.
    private Arrow[]? Way(string from, string to)
    {
        Dictionary<string, Arrow[]> ways = new(StringComparer.Ordinal) { [from] = [] };
        Queue<string> next = new([from]);
        while (next.TryDequeue(out string? room) && !ways.ContainsKey(to))
        {
            foreach (Arrow arrow in _arrows[room])
            {
                if (ways.TryAdd(arrow.To, [.. ways[room], arrow]))
                {
                    next.Enqueue(arrow.To);
                }
            }
        }

        return ways.GetValueOrDefault(to);
    }

    private sealed record Arrow(string From, string To, RoomUse[] Uses);
}
