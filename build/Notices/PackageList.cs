using System.Text;

namespace Microsoft.ML.AdaMix.Notices;

/// <summary>The list of packages in THIRD-PARTY-NOTICES.</summary>
internal static class PackageList
{
    private const string Beginning = "REFERENCED AS PACKAGES";
    private const string End = "ABOUT SOME OF THEM";

    // Each brings what those before it bring.
    private static readonly (string Project, string Title)[] Projects =
    [
        ("Microsoft.ML.AdaMix.Runtime", "With Microsoft.ML.AdaMix.Runtime come:"),
        ("Microsoft.ML.AdaMix", "With Microsoft.ML.AdaMix come besides:"),
        ("Microsoft.ML.AdaMix.Tool", "Microsoft.ML.AdaMix.Tool contains all of these, and:"),
    ];

    /// <summary>Packages that come with each of ours and with none before it.</summary>
    /// <param name="repository">The folder of the repository, restored.</param>
    public static IReadOnlyDictionary<string, IReadOnlyList<RestoredPackage>> Read(string repository)
    {
        Dictionary<string, IReadOnlyList<RestoredPackage>> found = [];
        HashSet<string> listed = [];
        foreach ((string project, _) in Projects)
        {
            IReadOnlyList<RestoredPackage> packages = RestoredPackage.Of(Path.Combine(repository, "src", project));
            found.Add(project, [.. packages.Where(package => listed.Add(package.Name))]);
        }

        return found;
    }

    /// <summary>The notices with their list as it should be.</summary>
    /// <param name="notices">The text of THIRD-PARTY-NOTICES.</param>
    /// <param name="packages">What <see cref="Read"/> gave.</param>
    public static string Replace(string notices, IReadOnlyDictionary<string, IReadOnlyList<RestoredPackage>> packages)
    {
        int beginning = notices.IndexOf(Beginning, StringComparison.Ordinal);
        int end = notices.IndexOf(End, StringComparison.Ordinal);
        StringBuilder list = new(Beginning + " (written by dotnet run --project build/Notices)\n\n");
        int name = packages.Values.SelectMany(some => some).Max(package => package.Name.Length);
        int licence = packages.Values.SelectMany(some => some).Max(package => package.Licence.Length);
        foreach ((string project, string title) in Projects)
        {
            list.Append("   ").Append(title).Append('\n');
            foreach (RestoredPackage package in packages[project])
            {
                list.Append($"     {package.Name.PadRight(name)}  {package.Licence.PadRight(licence)}  {package.Copyright}\n");
            }

            list.Append('\n');
        }

        return string.Concat(notices.AsSpan(0, beginning), list.ToString(), notices.AsSpan(end));
    }
}
