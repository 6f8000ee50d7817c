namespace Microsoft.ML.AdaMix.Repository.Documents;

/// <summary>A fenced block of a document.</summary>
/// <param name="Language">The fence's first word, for example csharp; empty for none.</param>
/// <param name="Name">What stands behind the language: the name of a file that programs of the document find; or empty.</param>
/// <param name="Source">What the block shows a part of, as a line <c>&lt;!-- from: file or folder --&gt;</c> above says; or null.</param>
/// <param name="Line">Line of the fence, from 1.</param>
/// <param name="Text">What stands between the fences.</param>
internal sealed record CodeBlock(string Language, string Name, string? Source, int Line, string Text);

/// <summary>A Markdown file of the repository.</summary>
/// <param name="Path">Below the repository's folder.</param>
internal sealed record Document(string Path)
{
    /// <summary>README.md and all of docs.</summary>
    public static IReadOnlyList<Document> All { get; } =
    [
        new("README.md"),
        .. Directory.EnumerateFiles(System.IO.Path.Combine(Reference.Repository, "docs"), "*.md", SearchOption.AllDirectories)
            .Select(path => new Document(System.IO.Path.GetRelativePath(Reference.Repository, path)))
            .OrderBy(document => document.Path, StringComparer.Ordinal),
    ];

    public string FullPath => System.IO.Path.Combine(Reference.Repository, Path);

    public IEnumerable<CodeBlock> Blocks()
    {
        string[] lines = File.ReadAllLines(FullPath);
        string? source = null;
        for (int start = 0; start < lines.Length; start++)
        {
            if (lines[start] is ['<', '!', '-', '-', ' ', 'f', 'r', 'o', 'm', ':', .. var path, '-', '-', '>'])
            {
                source = path.Trim();
            }
            else if (IsFence(lines[start]))
            {
                int end = Array.FindIndex(lines, start + 1, IsFence);
                Assert.IsGreaterThan(start, end, $"{Path}:{start + 1}: the block is not closed");
                string[] words = lines[start].Trim().TrimStart('`').Split(' ', 2);
                string text = string.Join('\n', lines[(start + 1)..end]);
                yield return new CodeBlock(words[0], words.ElementAtOrDefault(1) ?? "", source, start + 1, text);
                start = end;
            }
        }
    }

    public override string ToString() => Path;

    private static bool IsFence(string line) => line.TrimStart().StartsWith("```", StringComparison.Ordinal);
}
