using System.Text.RegularExpressions;
using Microsoft.ML.AdaMix.Testing;

namespace Microsoft.ML.AdaMix.Tests;

/// <summary>Folders are the architecture: what they import points one way.</summary>
[TestClass]
public sealed partial class ArchitectureTests
{
    [TestMethod]
    [DataRow("Microsoft.ML.AdaMix")]
    [DataRow("Microsoft.ML.AdaMix.Runtime")]
    public void Folders_do_not_import_each_other_in_a_circle(string project)
    {
        Dictionary<string, HashSet<string>> imports = Imports(Path.Combine(Reference.Repository, "src", project));
        Assert.IsGreaterThan(3, imports.Count);
        while (imports.Count > 0)
        {
            string[] free = [.. imports.Where(folder => folder.Value.Count == 0).Select(folder => folder.Key)];
            Assert.IsNotEmpty(free, $"a circle among {string.Join(", ", imports.Select(folder => $"{folder.Key} -> {string.Join('/', folder.Value)}"))}");
            foreach (string folder in free)
            {
                imports.Remove(folder);
            }

            foreach (HashSet<string> rest in imports.Values)
            {
                rest.ExceptWith(free);
            }
        }
    }

    [TestMethod]
    public void The_runtime_knows_nothing_of_training_or_TorchSharp()
    {
        string runtime = Path.Combine(Reference.Repository, "src", "Microsoft.ML.AdaMix.Runtime");
        foreach (string file in Directory.EnumerateFiles(runtime, "*.cs", SearchOption.AllDirectories))
        {
            StringAssert.DoesNotMatch(File.ReadAllText(file), TorchSharp(), file);
        }
    }

    private static Dictionary<string, HashSet<string>> Imports(string project)
    {
        string[] folders = [.. Directory.EnumerateDirectories(project).Select(folder => Path.GetFileName(folder)).Where(folder => folder is not ("bin" or "obj"))];
        return folders.ToDictionary(
            folder => folder,
            folder => Directory.EnumerateFiles(Path.Combine(project, folder), "*.cs", SearchOption.AllDirectories)
                .SelectMany(file => Import().Matches(File.ReadAllText(file)))
                .Select(match => match.Groups[1].Value)
                .Where(other => other != folder && folders.Contains(other, StringComparer.Ordinal))
                .ToHashSet(StringComparer.Ordinal),
            StringComparer.Ordinal);
    }

    [GeneratedRegex(@"^using (?:static )?Microsoft\.ML\.AdaMix\.(\w+)", RegexOptions.Multiline)]
    private static partial Regex Import();

    [GeneratedRegex(@"^using (?:static )?TorchSharp", RegexOptions.Multiline)]
    private static partial Regex TorchSharp();
}
