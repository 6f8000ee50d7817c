using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Microsoft.ML.AdaMix.Repository.Documents;

/// <summary>Messages say 1 epoch and 2 epochs: one place decides it.</summary>
[TestClass]
public sealed partial class CountTests
{
    [TestMethod]
    public void A_number_of_things_in_a_message_comes_from_Counts()
    {
        string source = Path.Combine(Reference.Repository, "src");
        string[] found = [.. Directory.EnumerateFiles(source, "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"))
            .SelectMany(path => Sources.Parse(File.ReadAllText(path), path).GetRoot().DescendantNodes()
                .OfType<InterpolatedStringExpressionSyntax>()
                .Where(IsCountedByHand)
                .Select(text => $"{Path.GetRelativePath(source, path)}: {text}"))];
        Assert.IsEmpty(found, $"{found.Length}:\n{string.Join('\n', found)}");
    }

    // "{n} rows". Not "{n:F0} rows/s", and not "All {n} rows", beside which one row has a sentence of its own.
    private static bool IsCountedByHand(InterpolatedStringExpressionSyntax text) => Enumerable.Range(1, text.Contents.Count).Any(i =>
        i < text.Contents.Count && text.Contents[i - 1] is InterpolationSyntax && Things().IsMatch($"{text.Contents[i]}")
        && !(i > 1 && $"{text.Contents[i - 2]}".EndsWith("All ", StringComparison.Ordinal)));

    [GeneratedRegex("^ (rows|fields|epochs|experts|trials|classes|labels|seeds|problems|layers|outputs|pairs)(?![\\w/-])",
        RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Things();
}
