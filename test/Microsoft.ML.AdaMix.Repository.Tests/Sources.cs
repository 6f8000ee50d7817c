using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Microsoft.ML.AdaMix.Repository;

/// <summary>Compiles sources in memory as the projects of this repository are compiled.</summary>
internal static class Sources
{
    private static readonly CSharpParseOptions Parsing = new(LanguageVersion.Preview);

    private const string ImplicitUsings =
        "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; " +
        "global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;";

    /// <summary>The assemblies that this test runs with: the framework, the packages, and what was built from the sources.</summary>
    public static IReadOnlyList<MetadataReference> Assemblies { get; } = [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
        .Split(Path.PathSeparator)
        .Select(path => MetadataReference.CreateFromFile(path))];

    public static SyntaxTree Parse(string text, string path) => CSharpSyntaxTree.ParseText(text, Parsing, path);

    public static CSharpCompilation Compile(
        string assembly,
        IEnumerable<SyntaxTree> files,
        IEnumerable<MetadataReference> references,
        OutputKind kind = OutputKind.DynamicallyLinkedLibrary) =>
        CSharpCompilation.Create(
            assembly,
            [.. files, Parse(ImplicitUsings, "/ImplicitUsings.cs")],
            references,
            new CSharpCompilationOptions(kind, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));
}
