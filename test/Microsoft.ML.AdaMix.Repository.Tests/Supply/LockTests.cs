using System.Text.Json;

namespace Microsoft.ML.AdaMix.Repository.Supply;

/// <summary>The files that name each package of a restore with its hash.</summary>
[TestClass]
public sealed class LockTests
{
    private static readonly string[] Platforms = ["linux-x64", "osx-arm64", "win-x64"];

    [TestMethod]
    public void Every_project_is_locked_for_each_platform_that_it_has_packages_of_its_own_for()
    {
        foreach (string project in Projects())
        {
            string[] expected = File.ReadAllText(project).Contains("LibTorch.props", StringComparison.Ordinal)
                ? [.. Platforms.Select(platform => $"packages.{platform}.lock.json")]
                : ["packages.lock.json"];
            foreach (string name in expected)
            {
                Assert.IsTrue(File.Exists(Path.Combine(Path.GetDirectoryName(project)!, name)), $"{project}: {name}. Run build/lock.sh.");
            }
        }
    }

    [TestMethod]
    public void Every_locked_package_has_a_hash()
    {
        string[] hashes = [.. Locks().SelectMany(Packages).Where(package => package.Type != "Project").Select(package => package.Hash)];

        Assert.IsNotEmpty(hashes);
        foreach (string hash in hashes)
        {
            Assert.HasCount(64, Convert.FromBase64String(hash));
        }
    }

    [TestMethod]
    public void A_version_of_a_package_has_one_hash_in_all_locks()
    {
        var different = Locks().SelectMany(Packages)
            .Where(package => package.Type != "Project")
            .GroupBy(package => (package.Name, package.Version), package => package.Hash)
            .Where(group => group.Distinct().Count() > 1);

        Assert.IsEmpty(different);
    }

    [TestMethod]
    public void Platforms_are_locked_to_the_same_versions()
    {
        foreach (var project in Locks().GroupBy(Path.GetDirectoryName))
        {
            var graphs = project
                .Where(path => !path.EndsWith(".pack.lock.json", StringComparison.Ordinal))
                .Select(path => string.Join('\n', Packages(path)
                    .Where(package => !package.Name.StartsWith("libtorch-cpu-", StringComparison.Ordinal))
                    .Select(package => $"{package.Name} {package.Version}")));
            Assert.HasCount(1, graphs.Distinct().ToArray(), $"{project.Key}: run build/lock.sh.");
        }
    }

    private static IEnumerable<string> Projects() => Files("*.csproj");

    private static IEnumerable<string> Locks() => Files("packages*.lock.json");

    private static IEnumerable<string> Files(string pattern) => new[] { "src", "test", "samples", "build" }
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Reference.Repository, folder), pattern, SearchOption.AllDirectories))
        .Where(path => !path.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"));

    private static IEnumerable<(string Name, string Type, string Version, string Hash)> Packages(string path)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
        return [.. document.RootElement.GetProperty("dependencies").EnumerateObject()
            .SelectMany(target => target.Value.EnumerateObject())
            .Select(package => (
                package.Name,
                package.Value.GetProperty("type").GetString()!,
                Text(package.Value, "resolved"),
                Text(package.Value, "contentHash")))];
    }

    private static string Text(JsonElement package, string member) =>
        package.TryGetProperty(member, out JsonElement value) ? value.GetString()! : "";
}
