using System.Text.RegularExpressions;

namespace Microsoft.ML.AdaMix.Repository.Documents;

[TestClass]
public sealed partial class LinkTests
{
    [TestMethod]
    public void Every_relative_link_of_a_document_leads_to_a_file_and_its_heading()
    {
        List<string> broken = [];
        foreach (Document document in (IEnumerable<Document>)[.. Document.All, new Document("CHANGELOG.md")])
        {
            string folder = Path.GetDirectoryName(document.FullPath)!;
            foreach (string link in Links(document).Where(link => !link.Contains("://", StringComparison.Ordinal)))
            {
                string[] parts = link.Split('#', 2);
                string target = parts[0].Length == 0 ? document.FullPath : Path.GetFullPath(parts[0], folder);
                if (!Path.Exists(target) || (parts is [_, var anchor] && !Anchors(target).Contains(anchor, StringComparer.Ordinal)))
                {
                    broken.Add($"{document.Path}: {link}");
                }
            }
        }

        Assert.IsEmpty(broken, string.Join('\n', broken));
    }

    [TestMethod]
    public void Every_page_of_docs_can_be_reached_from_README_by_one_link()
    {
        string[] linked = [.. Links(new Document("README.md")).Select(link => link.Split('#')[0])];
        foreach (string page in Directory.EnumerateFiles(Path.Combine(Reference.Repository, "docs"), "*.md"))
        {
            Assert.Contains($"docs/{Path.GetFileName(page)}", linked, "README links to every page");
        }
    }

    private static IEnumerable<string> Links(Document document) =>
        Link().Matches(File.ReadAllText(document.FullPath)).Select(match => match.Groups[1].Value);

    // As GitHub makes them of headings.
    private static IEnumerable<string> Anchors(string path) => Heading().Matches(File.ReadAllText(path))
        .Select(match => NoAnchor().Replace(match.Groups[1].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NoAnchor();
}
