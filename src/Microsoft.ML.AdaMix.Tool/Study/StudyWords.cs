using System.Text.RegularExpressions;

namespace Microsoft.ML.AdaMix.Tool.Study;

/// <summary>Messages of the library in the words of studies, where some options are a method's own and others are not there.</summary>
internal static partial class StudyWords
{
    public static string Translate(string message) => OfMethods().Replace(HintAtWindows().Replace(message, ""), "${option} of the method");

    [GeneratedRegex("[;.] --long-texts reads [^.]*", RegexOptions.None, 1000)]
    private static partial Regex HintAtWindows();

    [GeneratedRegex("--(?<option>experts|self-training-share|self-training-rounds)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex OfMethods();
}
