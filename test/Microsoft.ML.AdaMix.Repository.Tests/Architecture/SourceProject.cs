using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Microsoft.ML.AdaMix.Repository.Architecture;

/// <summary>A project below src, compiled from its sources.</summary>
/// <param name="Name">Its folder.</param>
/// <param name="Folder">The folder's path.</param>
/// <param name="Compilation">Its sources, bound to those of the projects below it.</param>
internal sealed record SourceProject(string Name, string Folder, CSharpCompilation Compilation)
{
    // From the lowest one up; each knows those before it.
    private static readonly string[] Names = ["Microsoft.ML.AdaMix.Runtime", "Microsoft.ML.AdaMix", "Microsoft.ML.AdaMix.Tool"];

    /// <summary>All projects with sources.</summary>
    public static IReadOnlyList<SourceProject> All { get; } = ReadAll();

    /// <summary>The first folder below the project, "." for none; null for a file of another project.</summary>
    public string? RoomOf(SyntaxTree file) => Path.GetRelativePath(Folder, file.FilePath).Split(Path.DirectorySeparatorChar) switch
    {
        [".." or "", ..] => null,
        [var room, _, ..] => room,
        _ => ".",
    };

    private static List<SourceProject> ReadAll()
    {
        string root = Path.Combine(Reference.Repository, "src");
        IEnumerable<string> withCode = Directory.EnumerateDirectories(root).Where(folder => Files(folder).Any());
        string[] found = [.. withCode.Select(folder => Path.GetRelativePath(root, folder))];
        CollectionAssert.AreEquivalent(Names, found, "the projects of src");
        MetadataReference[] others = [.. Sources.Assemblies.Where(assembly => !IsBuiltHere(assembly))];
        List<SourceProject> projects = [];
        foreach (string name in Names)
        {
            string folder = Path.Combine(root, name);
            CSharpCompilation compilation = Sources.Compile(
                name,
                Files(folder).Select(path => Sources.Parse(File.ReadAllText(path), path)).Append(Sources.Parse(Friends, "/Friends.cs")),
                [.. others, .. projects.Select(project => project.Compilation.ToMetadataReference())]);
            projects.Add(new SourceProject(name, folder, compilation));
        }

        return projects;
    }

    // Which project is whose friend is no matter of rooms.
    private static string Friends =>
        string.Concat(Names.Select(name => $"[assembly: System.Runtime.CompilerServices.InternalsVisibleTo(\"{name}\")]\n"));

    private static bool IsBuiltHere(MetadataReference assembly) =>
        Path.GetFileName(assembly.Display!) is var name
        && (name == "adamix.dll" || name.StartsWith("Microsoft.ML.AdaMix", StringComparison.Ordinal));

    private static IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
        .Where(path => Path.GetRelativePath(folder, path).Split(Path.DirectorySeparatorChar)[0] is not ("bin" or "obj"))
        .Order(StringComparer.Ordinal);
}
