using System.Text.RegularExpressions;

namespace Microsoft.ML.AdaMix.Tool.Commands;

/// <summary>Messages of the library in the words of <c>fewshot</c>, which counts steps and has its templates in a file.</summary>
internal static partial class FewShotWords
{
    public static string Translate(string warning) => Advice()
        .Replace(Given().Replace(Wanted().Replace(warning, ""), " give"), "Raise --steps")
        .Replace("More --epochs", "More --steps", StringComparison.Ordinal)
        .Replace("--verbalizer", "--templates", StringComparison.Ordinal)
        .Replace("leave out --template to train a classification head", "take methods without template-", StringComparison.Ordinal);

    [GeneratedRegex(@" in \d+ epochs? give", RegexOptions.None, 1000)]
    private static partial Regex Given();

    [GeneratedRegex(@", which want \d+ epochs?(?=\.)", RegexOptions.None, 1000)]
    private static partial Regex Wanted();

    [GeneratedRegex(@"Raise --epochs to \d+ or more", RegexOptions.None, 1000)]
    private static partial Regex Advice();
}
