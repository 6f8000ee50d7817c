using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Microsoft.ML.AdaMix.Repository.Documents;

/// <summary>Code and documents can be read without scrolling, and summaries at a glance.</summary>
[TestClass]
public sealed partial class LineTests
{
    private const int LongestLine = 140;
    private const int LongestSummary = 240;
    private static readonly string Studies = Path.Combine("docs", "ablations"); // tables of the tool, with variants' whole names
    private static readonly string[] Folders = ["src", "test", "samples", "docs", "build"];
    private static readonly string[] Kinds = ["*.cs", "*.md", "*.csproj", "*.props", "*.targets", "*.sh"];

    [TestMethod]
    public void No_line_of_code_or_document_is_longer_than_140_characters()
    {
        string[] found = [.. Kinds.SelectMany(Files).SelectMany(path => File.ReadLines(path)
            .Select((line, index) => (line.Length, Number: index + 1, IsRow: line.StartsWith('|')))
            .Where(line => line.Length > LongestLine && !(line.IsRow && Name(path).StartsWith(Studies, StringComparison.Ordinal)))
            .Select(line => $"{Name(path)}:{line.Number} has {line.Length}"))];
        Assert.IsEmpty(found, Say(found));
    }

    [TestMethod]
    public void A_summary_is_at_most_two_sentences_and_240_characters()
    {
        IEnumerable<string> sources = Files("*.cs").Where(path => Name(path).StartsWith("src", StringComparison.Ordinal));
        string[] found = [.. sources.SelectMany(path => Summaries(path)
            .Where(summary => summary.Text.Length > LongestSummary || Sentences(summary.Text) > 2)
            .Select(summary => $"{Name(path)}:{summary.Line} has {summary.Text.Length} characters, {Sentences(summary.Text)} sentences"))];
        Assert.IsEmpty(found, Say(found));
    }

    private static IEnumerable<string> Files(string pattern) => Folders
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Reference.Repository, folder), pattern, SearchOption.AllDirectories))
        .Concat(Directory.EnumerateFiles(Reference.Repository, pattern))
        .Where(path => !path.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or "node_modules"))
        .Order(StringComparer.Ordinal);

    private static string Name(string path) => Path.GetRelativePath(Reference.Repository, path);

    private static IEnumerable<(string Text, int Line)> Summaries(string path) =>
        Sources.Parse(File.ReadAllText(path), path).GetRoot().DescendantNodes(descendIntoTrivia: true)
            .OfType<XmlElementSyntax>()
            .Where(element => element.StartTag.Name.LocalName.Text == "summary")
            .Select(element => (Text(element), element.GetLocation().GetLineSpan().StartLinePosition.Line + 1));

    // What a reader sees: of a reference the name's last part, and no line breaks.
    private static string Text(XmlElementSyntax summary)
    {
        IEnumerable<string> words = summary.DescendantNodes().SelectMany(node => node switch
        {
            XmlTextSyntax text => text.TextTokens.Select(token => token.ValueText),
            XmlCrefAttributeSyntax reference => [$"{reference.Cref}".Split('.')[^1]],
            _ => [],
        });
        return string.Join(' ', string.Concat(words).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)); // any white space
    }

    // A sentence ends where a capital follows; "e.g." and "0.5" end none.
    private static int Sentences(string text) => 1 + SentenceEnd().Count(text);

    [GeneratedRegex(@"[.!?] (?=\p{Lu})")]
    private static partial Regex SentenceEnd();

    private static string Say(string[] found) => $"{found.Length}:\n{string.Join('\n', found)}";
}
