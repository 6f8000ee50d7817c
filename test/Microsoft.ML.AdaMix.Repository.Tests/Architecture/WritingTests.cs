using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Microsoft.ML.AdaMix.Repository.Architecture;

/// <summary>Files are written in one room, which knows of links, modes, pipes and interrupted writes.</summary>
[TestClass]
public sealed class WritingTests
{
    private static readonly string[] Verbs =
        ["Create", "Write", "Append", "Move", "Copy", "Replace", "Delete", "OpenWrite", "Set", "Encrypt", "Decrypt"];

    [TestMethod]
    public void Only_the_room_Files_writes_files()
    {
        string[] found = [.. SourceProject.All.SelectMany(project => project.Compilation.SyntaxTrees
            .Where(tree => project.RoomOf(tree) is { } room && room != "Files")
            .SelectMany(tree => Writes(tree, project.Compilation.GetSemanticModel(tree))))];

        Assert.IsEmpty(found, string.Join('\n', found));
    }

    private static IEnumerable<string> Writes(SyntaxTree tree, SemanticModel model) => tree.GetRoot().DescendantNodes()
        .Where(node => node is InvocationExpressionSyntax or BaseObjectCreationExpressionSyntax
            && model.GetSymbolInfo(node).Symbol is IMethodSymbol method && Writes(method, node))
        .Select(node => $"{tree.FilePath}:{node.GetLocation().GetLineSpan().StartLinePosition.Line + 1} {node}");

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
