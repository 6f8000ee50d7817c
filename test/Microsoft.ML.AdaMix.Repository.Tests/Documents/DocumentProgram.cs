using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Microsoft.ML.AdaMix.Repository.Documents;

/// <summary>
/// A program of a document. A C# block with <c>using</c> directives begins a program, and the blocks behind it continue it, up to the next
/// such block. Types may stand in any of them.
/// </summary>
internal sealed record DocumentProgram(Document Document, IReadOnlyList<CodeBlock> Blocks)
{
    // Two packages may refer to different versions of an assembly.
    private static readonly string[] AboutVersions = ["CS1701", "CS1702"];

    public static IReadOnlyList<DocumentProgram> All { get; } = [.. Document.All.SelectMany(Read)];

    private static IEnumerable<DocumentProgram> Read(Document document)
    {
        List<CodeBlock> blocks = [];
        foreach (CodeBlock block in document.Blocks().Where(block => block is { Language: "csharp", Source: null }))
        {
            if (blocks.Count > 0 && Parse(document, block).Usings.Count > 0)
            {
                yield return new DocumentProgram(document, blocks);
                blocks = [];
            }

            blocks.Add(block);
        }

        if (blocks.Count > 0)
        {
            yield return new DocumentProgram(document, blocks);
        }
    }

    private static CompilationUnitSyntax Parse(Document document, CodeBlock block) =>
        Sources.Parse($"#line {block.Line + 1} \"{document.Path}\"\n{block.Text}\n", document.Path).GetCompilationUnitRoot();

    /// <summary>The same with a part of its text in the place of another.</summary>
    public DocumentProgram With(string part, string instead) => this with
    {
        Blocks = [.. Blocks.Select(block => block with { Text = block.Text.Replace(part, instead, StringComparison.Ordinal) })],
    };

    /// <summary>Compiles it as a console application with implicit usings and nullable references; warnings count as errors.</summary>
    /// <exception cref="AssertFailedException">It does not compile; the message has the document's lines.</exception>
    public byte[] Compile()
    {
        // Types have to follow all statements. A #line keeps the document's numbers.
        CompilationUnitSyntax[] parts = [.. Blocks.Select(block => Parse(Document, block))];
        MemberDeclarationSyntax[] members = [.. parts.SelectMany(part => part.Members)];
        IEnumerable<SyntaxNode> nodes =
        [
            .. parts.SelectMany(part => part.Usings),
            .. members.Where(member => member is GlobalStatementSyntax),
            .. members.Where(member => member is not GlobalStatementSyntax),
        ];
        string text = string.Concat(nodes.Select(node => $"#line {LineOf(node) + 1} \"{Document.Path}\"\n{node}\n"));
        CSharpCompilation compilation = Sources.Compile(
            $"{Path.GetFileNameWithoutExtension(Document.Path)}{Blocks[0].Line}",
            [Sources.Parse(text, Document.Path)],
            Sources.Assemblies,
            OutputKind.ConsoleApplication);
        using MemoryStream assembly = new();
        Diagnostic[] problems = [.. compilation.Emit(assembly).Diagnostics
            .Where(problem => problem.Severity >= DiagnosticSeverity.Warning)
            .Where(problem => !AboutVersions.Contains(problem.Id, StringComparer.Ordinal))];
        Assert.IsEmpty(
            problems, string.Join('\n', problems.Select(problem => $"{problem.Location.GetMappedLineSpan()}: {problem.GetMessage(null)}")));
        return assembly.ToArray();
    }

    /// <summary>Runs it in a folder and gives what it wrote to standard output.</summary>
    /// <remarks>Nothing else may use the console or the current folder meanwhile.</remarks>
    public string Run(string folder)
    {
        AssemblyLoadContext context = new(ToString());
        MethodInfo main = context.LoadFromStream(new MemoryStream(Compile())).EntryPoint!;
        TextWriter console = Console.Out;
        string current = Environment.CurrentDirectory;
        using StringWriter output = new() { NewLine = "\n" };
        try
        {
            Environment.CurrentDirectory = folder;
            Console.SetOut(TextWriter.Synchronized(output));
            main.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [Array.Empty<string>()], null);
        }
        finally
        {
            Console.SetOut(console);
            Environment.CurrentDirectory = current;
        }

        return output.ToString();
    }

    public override string ToString() => $"{Document.Path}:{Blocks[0].Line}";

    private static int LineOf(SyntaxNode node) => node.GetLocation().GetMappedLineSpan().StartLinePosition.Line;
}
