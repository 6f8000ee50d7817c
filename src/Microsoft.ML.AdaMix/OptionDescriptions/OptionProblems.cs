using System.Globalization;
using Microsoft.ML.AdaMix.Wording;

namespace Microsoft.ML.AdaMix.OptionDescriptions;

/// <summary>Collects what is wrong with options, so that all of it is reported at once.</summary>
internal sealed class OptionProblems
{
    private readonly List<string> _problems = [];

    /// <summary>All problems in one text; null if there is none.</summary>
    public string? Found => _problems.Count == 0 ? null : string.Join(' ', _problems);

    /// <summary>Adds a problem if something does not hold.</summary>
    public void Require(bool valid, string option, object? found, string expected)
    {
        if (!valid)
        {
            string? text = found is string name ? Quoted.Of(name) : found is null
                ? "null"
                : Convert.ToString(found, CultureInfo.InvariantCulture);
            _problems.Add($"{option} is {text}; expected {expected}.");
        }
    }

    /// <summary>Adds a problem for each option of an object that its description does not allow.</summary>
    /// <param name="options">The object.</param>
    /// <param name="path">What stands before the options' names: empty, or "Mixture.".</param>
    public void RequireDescribed(object options, string path = "")
    {
        foreach (OptionDescription option in OptionDescription.For(options.GetType()))
        {
            object? value = option.Get(options);
            Require(option.Accepts(value), path + option.Name, value, option.Expected);
        }
    }

    /// <exception cref="ArgumentException">There is at least one problem; the message lists all of them.</exception>
    public void ThrowIfAny(string parameter)
    {
        if (Found is { } found)
        {
            throw new ArgumentException($"The AdaMix options have {Counts.Of(_problems.Count, "problem")}: {found}", parameter);
        }
    }
}
