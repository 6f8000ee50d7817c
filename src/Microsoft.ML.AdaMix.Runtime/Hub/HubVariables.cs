using System.Text.RegularExpressions;

namespace Microsoft.ML.AdaMix.Hub;

/// <summary>Environment variables; of paths, a home folder and other variables in them are put in as Python does.</summary>
/// <param name="variable">Gives the value of one.</param>
internal sealed partial class HubVariables(Func<string, string?> variable)
{
    public static string UserFolder => Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    /// <summary>The value; null where there is none, or an empty one.</summary>
    public string? Text(string name) => variable(name) is { Length: > 0 } value ? value : null;

    /// <summary>The value as a path.</summary>
    public string? Path(string name)
    {
        string? value = Text(name);
        if (value is null)
        {
            return null;
        }

        bool isHome = value == "~" || value.StartsWith("~/", StringComparison.Ordinal)
            || (OperatingSystem.IsWindows() && value.StartsWith(@"~\", StringComparison.Ordinal));
        string path = isHome ? UserFolder + value[1..] : value;
        return Names().Replace(path, match => variable(match.Groups["plain"].Value + match.Groups["braced"].Value) ?? match.Value);
    }

    [GeneratedRegex(@"\$(?:(?<plain>\w+)|\{(?<braced>\w+)\})", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Names();
}
