using System.Globalization;

namespace Microsoft.ML.AdaMix.Tool.Tasks;

/// <summary>
/// Labels that say yes or no by themselves: True and true are one label, and so are 1 and 1.0, whatever wrote the file.
/// </summary>
internal static class TruthWords
{
    private const string One = "1";
    private const string Zero = "0";

    private static readonly string[] Yes = ["true", One, "yes"];
    private static readonly string[] No = ["false", Zero, "no"];

    public static bool IsYes(string label) => Yes.Contains(Plain(label), StringComparer.Ordinal);

    public static bool IsNo(string label) => No.Contains(Plain(label), StringComparer.Ordinal);

    /// <summary>The one of some labels that a label is: itself, or the same truth in other letters; null for none.</summary>
    public static string? Find(IEnumerable<string> labels, string label)
    {
        string? same = null;
        foreach (string known in labels)
        {
            if (known == label)
            {
                return known;
            }

            same ??= Plain(known) is { } plain && plain == Plain(label) ? known : null;
        }

        return same;
    }

    // As the lists have it; null for a label that is neither.
    private static string? Plain(string label)
    {
        string plain = double.TryParse(label, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            ? number switch { 1 => One, 0 => Zero, _ => label }
            : label.ToLowerInvariant();
        return Yes.Contains(plain, StringComparer.Ordinal) || No.Contains(plain, StringComparer.Ordinal) ? plain : null;
    }
}
