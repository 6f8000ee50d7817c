using NuGet.Packaging;
using NuGet.ProjectModel;

namespace Microsoft.ML.AdaMix.Notices;

/// <summary>A package that comes with one of ours.</summary>
/// <param name="Name">Its name; that of libtorch without the platform.</param>
/// <param name="Licence">An SPDX expression, or the title of the licence in the package.</param>
/// <param name="Copyright">Its copyright, or its authors where it names none.</param>
internal sealed record RestoredPackage(string Name, string Licence, string Copyright)
{
    private const string LibTorch = "libtorch-cpu-";

    // What a package says that has no SPDX expression, and what is read there.
    private static readonly Dictionary<string, string> Known = new(StringComparer.Ordinal)
    {
        ["MIT License"] = "MIT",
        ["https://github.com/MiloszKrajewski/K4os.Compression.LZ4/blob/master/LICENSE?raw=true"] = "MIT",
    };

    /// <summary>Packages that come with the one of a project, indirect ones too, in order of their names.</summary>
    /// <param name="project">The project's folder, restored.</param>
    /// <exception cref="FileNotFoundException">The project was not restored.</exception>
    public static IReadOnlyList<RestoredPackage> Of(string project)
    {
        string path = Path.Combine(project, "obj", LockFileFormat.AssetsFileName);
        LockFile assets = File.Exists(path)
            ? new LockFileFormat().Read(path)
            : throw new FileNotFoundException($"'{path}' is not there. Run dotnet restore.", path);
        string[] folders = [.. assets.PackageFolders.Select(folder => folder.Path)];
        return [.. Reached(assets)
            .Select(library => Read(folders.Select(folder => Path.Combine(folder, library.Path)).First(Directory.Exists)))
            .DistinctBy(package => package.Name)
            .OrderBy(package => package.Name, StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>A package's name, with a star for the platform where it is libtorch.</summary>
    /// <param name="name">The name.</param>
    public static string WithoutPlatform(string name) => name.StartsWith(LibTorch, StringComparison.Ordinal) ? LibTorch + "*" : name;

    // Analyzers and the like are for the build alone: whoever takes the package does not get them.
    private static IEnumerable<LockFileLibrary> Reached(LockFile assets)
    {
        LockFileTarget target = assets.Targets.First(target => target.RuntimeIdentifier is null);
        Dictionary<string, LockFileTargetLibrary> libraries =
            target.Libraries.ToDictionary(library => library.Name!, StringComparer.OrdinalIgnoreCase);
        HashSet<string> reached = new(StringComparer.OrdinalIgnoreCase);
        Stack<string> open = new(assets.PackageSpec.TargetFrameworks.Single().Dependencies
            .Where(dependency => dependency.SuppressParent != NuGet.LibraryModel.LibraryIncludeFlags.All)
            .Select(dependency => dependency.Name)
            .Concat(target.Libraries.Where(library => library.Type == "project").Select(library => library.Name!)));
        while (open.TryPop(out string? name))
        {
            if (libraries.TryGetValue(name, out LockFileTargetLibrary? library) && reached.Add(name))
            {
                foreach (var dependency in library.Dependencies)
                {
                    open.Push(dependency.Id);
                }
            }
        }

        return assets.Libraries.Where(library => library.Type == "package" && reached.Contains(library.Name));
    }

    private static RestoredPackage Read(string folder)
    {
        NuspecReader description = new(Directory.EnumerateFiles(folder, "*.nuspec").Single());
        LicenseMetadata? licence = description.GetLicenseMetadata();
        string stated = licence switch
        {
            { Type: LicenseType.Expression } => licence.License,
            { Type: LicenseType.File } => Title(Path.Combine(folder, licence.License)),
            _ => description.GetLicenseUrl() ?? "not stated",
        };
        return new RestoredPackage(
            WithoutPlatform(description.GetId()),
            Known.GetValueOrDefault(stated, stated),
            Line(description.GetCopyright() is { Length: > 0 } copyright ? copyright : description.GetAuthors()));
    }

    private static string Title(string file) => Line(File.ReadLines(file).First(line => !string.IsNullOrWhiteSpace(line)));

    private static string Line(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
