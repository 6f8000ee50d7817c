namespace Microsoft.ML.AdaMix.Tool.Terminal;

/// <summary>Breaks text into lines at its blanks.</summary>
internal static class Wrapping
{
    /// <summary>Lines of at most a width; a longer word has a line of its own.</summary>
    public static IEnumerable<string> Wrap(string text, int width)
    {
        string line = "";
        foreach (string word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line;
                line = word;
            }
            else
            {
                line = line.Length == 0 ? word : $"{line} {word}";
            }
        }

        yield return line;
    }
}
