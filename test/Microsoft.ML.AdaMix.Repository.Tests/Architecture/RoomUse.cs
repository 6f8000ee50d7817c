using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Microsoft.ML.AdaMix.Repository.Architecture;

/// <summary>A place where a file of one room names what another room of the same project declares.</summary>
/// <param name="From">The room of the file: the first folder below the project, "." for none.</param>
/// <param name="To">The room of the file that declares it, whatever its namespace.</param>
/// <param name="What">The type, or type and member, that is named.</param>
/// <param name="Where">File and line.</param>
internal sealed record RoomUse(string From, string To, string What, string Where)
{
    /// <summary>All uses in a project. Doc comments are none.</summary>
    public static IReadOnlyList<RoomUse> Find(SourceProject project)
    {
        ConcurrentBag<RoomUse> uses = [];
        Parallel.ForEach(project.Compilation.SyntaxTrees.Where(tree => project.RoomOf(tree) is not null), tree =>
        {
            string from = project.RoomOf(tree)!;
            SemanticModel model = project.Compilation.GetSemanticModel(tree, ignoreAccessibility: true);
            foreach (SyntaxNode node in tree.GetRoot().DescendantNodes())
            {
                if (node is SimpleNameSyntax or ImplicitObjectCreationExpressionSyntax
                    && Declared(model.GetSymbolInfo(node)) is { } symbol
                    && Home(symbol) is { } home && project.RoomOf(home) is { } to && to != from)
                {
                    int line = node.GetLocation().GetLineSpan().StartLinePosition.Line + 1;
                    uses.Add(new RoomUse(from, to, Name(symbol), $"{Path.GetRelativePath(project.Folder, tree.FilePath)}:{line}"));
                }
            }
        });
        return [.. uses.OrderBy(use => use.Where, StringComparer.Ordinal).ThenBy(use => use.What, StringComparer.Ordinal)];
    }

    // A type or a member of one; null for locals, parameters, namespaces. Where ML.NET's internals stay unbound, the nearest candidate.
    private static ISymbol? Declared(SymbolInfo info)
    {
        ISymbol? symbol = info.Symbol ?? info.CandidateSymbols.FirstOrDefault();
        symbol = symbol is IMethodSymbol { ReducedFrom: { } extension } ? extension : symbol;
        return symbol switch
        {
            INamedTypeSymbol { IsTupleType: false } => symbol.OriginalDefinition,
            IMethodSymbol { MethodKind: MethodKind.LocalFunction } => null,
            IMethodSymbol or IPropertySymbol or IFieldSymbol or IEventSymbol when symbol.ContainingType is { IsTupleType: false } =>
                symbol.OriginalDefinition,
            _ => null,
        };
    }

    // A part of a partial type that stands in a file of its own belongs to that file; what the compiler makes, to its type's.
    private static SyntaxTree? Home(ISymbol symbol) =>
        symbol.DeclaringSyntaxReferences.Concat(symbol.ContainingType?.DeclaringSyntaxReferences ?? [])
            .OrderByDescending(part => Path.GetFileNameWithoutExtension(part.SyntaxTree.FilePath) == symbol.Name)
            .FirstOrDefault()?.SyntaxTree;

    private static string Name(ISymbol symbol) => symbol is INamedTypeSymbol ? symbol.Name : $"{symbol.ContainingType.Name}.{symbol.Name}";
}
