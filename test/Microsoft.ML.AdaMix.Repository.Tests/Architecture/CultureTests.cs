using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Microsoft.ML.AdaMix.Repository.Architecture;

/// <summary>Numbers in messages are written alike wherever an application runs: 0.003 and not 0,003, 1,024 and not 1.024.</summary>
[TestClass]
public sealed class CultureTests
{
    [TestMethod]
    public void No_number_in_a_librarys_text_depends_on_the_culture()
    {
        // The command line is of one culture by itself.
        string[] found =
        [
            .. SourceProject.All.Where(project => !project.Name.EndsWith(".Tool", StringComparison.Ordinal)).SelectMany(Find),
        ];

        Assert.IsEmpty(found, string.Join('\n', found));
    }

    [TestMethod]
    [DataRow("""string a = $"{1}{"x"}{TimeSpan.Zero}";""", false)]
    [DataRow("""string a = $"{1.5}";""", true)]
    [DataRow("""string a = $"{2:N0}";""", true)]
    [DataRow("""string a = $"{2:x8}";""", false)]
    [DataRow("""string a = $"{(float?)2f}";""", true)]
    [DataRow("""string a = FormattableString.Invariant($"{1.5} {2:N0}");""", false)]
    [DataRow("""string a = $"{DateTime.UnixEpoch:O}";""", false)]
    [DataRow("""string a = $"{DateTime.UnixEpoch}";""", true)]
    [DataRow("""string a = "a" + ($"{1}" + $"{1.5}");""", true)]
    [DataRow("""string a = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{1}" + $"{1.5}");""", false)]
    [DataRow("""string a = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{1.5}");""", false)]
    public void One_that_does_is_found(string code, bool isFound)
    {
        SourceProject invented = new("Invented", "/", Sources.Compile(
            "Invented", [Sources.Parse($"class A {{ void Run() {{ {code} }} }}", "/A.cs")], Sources.Assemblies));

        Assert.AreEqual(isFound, Find(invented).Any());
    }

    private static IEnumerable<string> Find(SourceProject project) => project.Compilation.SyntaxTrees.SelectMany(tree =>
    {
        SemanticModel model = project.Compilation.GetSemanticModel(tree);
        return tree.GetRoot().DescendantNodes().OfType<InterpolatedStringExpressionSyntax>()
            .Where(text => text.Contents.OfType<InterpolationSyntax>().Any(hole => Depends(hole, model))
                && model.GetTypeInfo(Whole(text)).ConvertedType?.SpecialType == SpecialType.System_String)
            .Select(text => $"{tree.FilePath}:{text.GetLocation().GetLineSpan().StartLinePosition.Line + 1} {text}");
    });

    // With what it is joined to: an argument for a culture's handler is one of several pieces too.
    private static ExpressionSyntax Whole(ExpressionSyntax text) => text.Parent switch
    {
        BinaryExpressionSyntax { OperatorToken.Text: "+" } joined => Whole(joined),
        ParenthesizedExpressionSyntax parentheses => Whole(parentheses),
        _ => text,
    };

    private static bool Depends(InterpolationSyntax hole, SemanticModel model)
    {
        ITypeSymbol? type = model.GetTypeInfo(hole.Expression).Type;
        type = type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } maybe
            ? maybe.TypeArguments[0]
            : type;
        return type?.SpecialType switch
        {
            SpecialType.System_Double or SpecialType.System_Single or SpecialType.System_Decimal => true,
            SpecialType.System_DateTime => !IsRoundTrip(hole),
            SpecialType.System_Int32 or SpecialType.System_Int64 or SpecialType.System_UInt32 or SpecialType.System_UInt64 =>
                hole.FormatClause?.FormatStringToken.Text[0] is 'N' or 'n' or 'P' or 'p' or 'C' or 'c' or 'F' or 'f',
            _ => type?.ToDisplayString() switch
            {
                "System.Half" => true,
                "System.DateTimeOffset" => !IsRoundTrip(hole),
                _ => false,
            },
        };
    }

    private static bool IsRoundTrip(InterpolationSyntax hole) => hole.FormatClause?.FormatStringToken.Text is "O" or "o" or "s" or "u";
}
