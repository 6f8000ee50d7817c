namespace Microsoft.ML.AdaMix.Wording;

/// <summary>Texts of others in messages.</summary>
internal static class Visible
{
    /// <summary>Control characters as escapes such as \u001b: a file must not steer a terminal or forge lines of a log.</summary>
    public static string Of(string text) => text.Any(char.IsControl)
        ? string.Concat(text.Select(letter => char.IsControl(letter) ? $"\\u{(int)letter:x4}" : $"{letter}"))
        : text;
}
