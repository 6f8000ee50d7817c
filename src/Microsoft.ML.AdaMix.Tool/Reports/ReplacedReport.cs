namespace Microsoft.ML.AdaMix.Tool.Reports;

/// <summary>What a report has that another one, which takes its place, has not.</summary>
internal static class ReplacedReport
{
    private const string Heading = "## ";
    private const string Header = "| variant |";

    /// <summary>Sections and variants of the old text that the new one lacks.</summary>
    public static IReadOnlyList<string> LeftOut(string old, string now) => [.. Parts(old).Except(Parts(now), StringComparer.Ordinal)];

    private static IEnumerable<string> Parts(string report)
    {
        bool isVariants = false;
        foreach (string line in report.ReplaceLineEndings("\n").Split('\n'))
        {
            isVariants = line.StartsWith(Header, StringComparison.Ordinal) || (isVariants && line.StartsWith('|'));
            if (line.StartsWith(Heading, StringComparison.Ordinal))
            {
                yield return line[Heading.Length..];
            }
            else if (isVariants && line.StartsWith("| ", StringComparison.Ordinal))
            {
                yield return line.Split('|')[1].Trim(' ', '*');
            }
        }
    }
}
