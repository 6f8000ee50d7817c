using System.Text.RegularExpressions;
using Microsoft.ML.AdaMix.Testing;

namespace Microsoft.ML.AdaMix.Extension;

/// <summary>docs/add-a-method.md shows code of this project.</summary>
[TestClass]
public sealed partial class GuideTests
{
    [TestMethod]
    public void Every_code_block_of_the_guide_stands_in_this_project()
    {
        string guide = File.ReadAllText(Path.Combine(Reference.Repository, "docs", "add-a-method.md"));
        string project = Path.Combine(Reference.Repository, "test", "Microsoft.ML.AdaMix.Extension.Tests");
        string[] files = Directory.GetFiles(project, "*.cs", SearchOption.AllDirectories);
        string[] codes = Array.ConvertAll(files, file => Unindented(File.ReadAllText(file)));

        string[] blocks = [.. CodeBlock().Matches(guide).Select(match => Unindented(match.Groups[1].Value))];

        Assert.IsGreaterThan(5, blocks.Length);
        foreach (string block in blocks)
        {
            Assert.Contains(code => code.Contains(block, StringComparison.Ordinal), codes, $"No file of the project has:\n{block}");
        }
    }

    private static string Unindented(string code) => string.Join('\n', code.Trim().Split('\n').Select(line => line.Trim()));

    [GeneratedRegex(@"^```csharp\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
