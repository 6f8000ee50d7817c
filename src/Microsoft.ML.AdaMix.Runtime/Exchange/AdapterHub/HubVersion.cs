using System.Globalization;
using System.Text.RegularExpressions;

namespace Microsoft.ML.AdaMix.Exchange.AdapterHub;

/// <summary>The version of the library that wrote a folder. Folders of adapter-transformers have none.</summary>
internal static partial class HubVersion
{
    public const string Key = "version";

    /// <summary>What versions begin with.</summary>
    public const string Library = "adapters.";

    /// <summary>
    /// Whether it computed LoRA without its scale, which the library makes up for since by reading alpha as r. Versions before 1.1.0 did;
    /// adapter-transformers did not.
    /// </summary>
    /// <exception cref="InvalidDataException">It is no version.</exception>
    public static bool LeavesScaleOut(ForeignConfig about)
    {
        if (about.Text(Key) is not { } version || !version.StartsWith(Library, StringComparison.Ordinal))
        {
            return false;
        }

        Match match = Release().Match(version[Library.Length..]);
        return match.Success
            ? (Number(match, "major"), Number(match, "minor"), Number(match, "patch"), match.Groups["early"].Success ? 0 : 1)
                .CompareTo((1, 1, 0, 1)) < 0
            : throw about.Refuse(Key, $"\"{Library}\" and a version such as 1.1.0", "How it computes LoRA depends on it");
    }

    private static int Number(Match match, string group) => match.Groups[group].Success
        ? int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture)
        : 0;

    // As Python has them: 1.1.0, 1.2.0.dev0 and 1.1.0rc1, which come before their number alone, 1.1.0+local and 1.1.0.post1.
    [GeneratedRegex(
        @"^(?<major>[0-9]{1,6})\.(?<minor>[0-9]{1,6})(\.(?<patch>[0-9]{1,6}))?((?<early>\.?(dev|a|b|rc)[0-9]{0,6})|\.post[0-9]{1,6})?"
        + @"(\+[A-Za-z0-9.]+)?$",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Release();
}
