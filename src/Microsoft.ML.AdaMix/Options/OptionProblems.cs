using System.Globalization;

namespace Microsoft.ML.AdaMix;

/// <summary>Collects what is wrong with options, so that all of it is reported at once.</summary>
internal sealed class OptionProblems
{
    private readonly List<string> _problems = [];

    public void Require(bool valid, string option, object? found, string expected)
    {
        if (!valid)
        {
            _problems.Add(string.Create(CultureInfo.InvariantCulture, $"{option} is {found ?? "null"}; expected {expected}."));
        }
    }

    /// <summary>A column name that has to be there.</summary>
    public void RequireName(string option, string? name) => Require(!string.IsNullOrEmpty(name), option, Quoted(name), "a column name");

    /// <summary>A column name, or null.</summary>
    public void RequireOptionalName(string option, string? name) => Require(name is null || name.Length > 0, option, Quoted(name), "a column name, or null");

    /// <summary>All problems in one text; null if there is none.</summary>
    public string? Found => _problems.Count == 0 ? null : string.Join(' ', _problems);

    /// <exception cref="ArgumentException">There is at least one problem; the message lists all of them.</exception>
    public void ThrowIfAny(string parameter)
    {
        if (Found is { } found)
        {
            throw new ArgumentException($"The AdaMix options have {_problems.Count} problem{(_problems.Count == 1 ? string.Empty : "s")}: {found}", parameter);
        }
    }

    private static string? Quoted(string? name) => name is null ? null : $"'{name}'";
}
