using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Microsoft.ML.AdaMix.Repository.Architecture;

/// <summary>
/// Files are written in one room, which knows of links, modes, pipes and interrupted writes; and there by one type, in whose place
/// tests put another one.
/// </summary>
[TestClass]
public sealed class WritingTests
{
    private static readonly string[] Verbs =
        ["Create", "Write", "Append", "Move", "Copy", "Replace", "Delete", "OpenWrite", "Set", "Encrypt", "Decrypt"];

    [TestMethod]
    public void Only_the_disk_of_the_room_Files_writes_files()
    {
        string[] found = [.. SourceProject.All.SelectMany(Find)];

        Assert.IsEmpty(found, string.Join('\n', found));
    }

    [TestMethod]
    public void A_write_is_found_wherever_else_it_is()
    {
        string folder = Path.GetFullPath("/invented");
        (string File, string Code)[] files =
        [
            ("Files/Disk.cs", """File.Delete("a");"""),
            ("Files/Other.cs", """File.Delete("a");"""),
            ("Reading/Read.cs", """File.ReadAllText("a"); new FileStream("a", FileMode.Open, FileAccess.Read, FileShare.Read);"""),
            ("Upper/A.cs", """File.WriteAllText("a", "");"""),
            ("Upper/B.cs", """new StreamWriter("a"); new StreamWriter(Stream.Null);"""),
            ("Upper/C.cs", """using FileStream made = new("a", FileMode.Create);"""),
            ("Upper/D.cs", """Directory.CreateDirectory("a");"""),
        ];
        SourceProject invented = new("Invented", folder, Sources.Compile("Invented", files.Select(file => Sources.Parse(
            $"using System.IO; class {Path.GetFileNameWithoutExtension(file.File)} {{ void Run() {{ {file.Code} }} }}",
            Path.GetFullPath(file.File, folder))), Sources.Assemblies));

        CollectionAssert.AreEqual(
            new[] { "Other.cs", "A.cs", "B.cs", "C.cs", "D.cs" },
            Find(invented).Select(found => Path.GetFileName(found.Split(':')[0])).ToArray());
    }

    private static IEnumerable<string> Find(SourceProject project) => project.Compilation.SyntaxTrees
        .Where(tree => project.RoomOf(tree) is { } room && !IsDisk(room, tree))
        .SelectMany(tree => Writes(tree, project.Compilation.GetSemanticModel(tree)));

    private static bool IsDisk(string room, SyntaxTree tree) =>
        room == "Files" && Path.GetFileName(tree.FilePath) is "Disk.cs" or "UnixFile.cs"; // the latter gives the former what .NET has not

    private static IEnumerable<string> Writes(SyntaxTree tree, SemanticModel model) => tree.GetRoot().DescendantNodes()
        .Where(node => MayWrite(node) && model.GetSymbolInfo(node).Symbol is IMethodSymbol method && Writes(method, node))
        .Select(node => $"{tree.FilePath}:{node.GetLocation().GetLineSpan().StartLinePosition.Line + 1} {node}");

    // By its words alone: what they mean takes the compiler much longer.
    private static bool MayWrite(SyntaxNode node) => node switch
    {
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.Text: var name } } =>
            Verbs.Append("Save").Any(verb => name.StartsWith(verb, StringComparison.Ordinal)),
        ObjectCreationExpressionSyntax created => $"{created.Type}".Split('.')[^1] is "FileStream" or "StreamWriter",
        ImplicitObjectCreationExpressionSyntax => true,
        _ => false,
    };

    private static bool Writes(IMethodSymbol method, SyntaxNode node) => method.ContainingType.ToDisplayString() switch
    {
        "System.IO.File" or "System.IO.Directory" or "System.IO.FileInfo" or "System.IO.DirectoryInfo" =>
            Verbs.Any(verb => method.Name.StartsWith(verb, StringComparison.Ordinal)),
        "System.IO.StreamWriter" => method is { MethodKind: MethodKind.Constructor, Parameters: [{ Name: "path" }, ..] },
        "System.IO.FileStream" => method.MethodKind == MethodKind.Constructor && !node.ToString().Contains("FileAccess.Read,"),
        "ScottPlot.Plot" => method.Name.StartsWith("Save", StringComparison.Ordinal),
        _ => false,
    };
}
