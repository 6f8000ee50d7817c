namespace Microsoft.ML.AdaMix.Tokenization.Files;

/// <summary>Merges written as two tokens with a blank between: a merges.txt, and the older form of tokenizer.json.</summary>
internal static class MergesFile
{
    /// <exception cref="InvalidDataException">A line is none.</exception>
    public static List<Merge> Read(string source, byte[] bytes)
    {
        string[] lines = TextLines.Read(source, "merges.txt", bytes);
        List<Merge> merges = new(lines.Length);
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i];
            if (line.Length > 0 && !(i == 0 && line.StartsWith("#version", StringComparison.Ordinal)))
            {
                merges.Add(Parse(line) ?? throw Wrong(line, $"line {i + 1} of merges.txt of '{source}'"));
            }
        }

        return merges;
    }

    /// <summary>The merge; null where it is none.</summary>
    public static Merge? Parse(string line)
    {
        int blank = line.IndexOf(' ', StringComparison.Ordinal);
        return blank > 0 && blank < line.Length - 1 && line.IndexOf(' ', blank + 1) < 0
            ? new Merge(line[..blank], line[(blank + 1)..])
            : null;
    }

    public static InvalidDataException Wrong(string merge, string where) =>
        new($"The {where} is '{merge}'; two tokens with one blank between are expected.");
}
