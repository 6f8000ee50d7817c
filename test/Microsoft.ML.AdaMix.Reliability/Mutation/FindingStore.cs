namespace Microsoft.ML.AdaMix.Reliability.Mutation;

/// <summary>Keeps inputs with which something went wrong, a few of each kind: the input, and beside it what was wrong.</summary>
internal sealed class FindingStore(string folder, Action<string> say)
{
    private const int MostOfAKind = 3;

    private readonly Dictionary<string, int> _kinds = new(StringComparer.Ordinal);

    public int Kinds => _kinds.Count;

    /// <param name="name">Of the class.</param>
    /// <param name="seed">Of the run.</param>
    /// <param name="number">Of the input.</param>
    /// <param name="input">The input.</param>
    /// <param name="problem">What is wrong.</param>
    public void Add(string name, long seed, long number, byte[] input, string problem)
    {
        lock (_kinds)
        {
            string kind = $"{name} {Kind(problem)}";
            int count = _kinds[kind] = _kinds.GetValueOrDefault(kind) + 1;
            if (count > MostOfAKind)
            {
                return;
            }

            Directory.CreateDirectory(Path.Combine(folder, name));
            string file = Path.Combine(folder, name, FormattableString.Invariant($"{seed}-{number}"));
            File.WriteAllBytes(file + ".bin", input);
            File.WriteAllText(file + ".txt", problem);
            if (count == 1)
            {
                say($"{name}, --seed {seed} --input {number}: {problem.Split('\n')[0]}");
            }
        }
    }

    // Where it comes from tells exceptions apart, not the numbers in their messages.
    private static string Kind(string problem)
    {
        string[] lines = problem.Split('\n');
        string[] origin = [.. lines.Skip(1).Select(line => line.Trim()).Where(line => line.StartsWith("at ", StringComparison.Ordinal))];
        string first = string.Concat(lines[0].TakeWhile(letter => letter != ':').Where(letter => !char.IsAsciiDigit(letter)));
        return string.Join(' ', origin.Take(4).Prepend(first));
    }
}
