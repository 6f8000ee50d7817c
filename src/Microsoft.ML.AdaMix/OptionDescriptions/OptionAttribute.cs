namespace Microsoft.ML.AdaMix.OptionDescriptions;

/// <summary>
/// Says of an option, once, what validation, JSON, configuration, command line and help need to know. The default is what a new object has.
/// </summary>
/// <param name="commandLine">
/// Name on the command line, without dashes: learning-rate. A flag that is on by default has the name that turns it off: no-frozen-dropout.
/// </param>
/// <param name="help">One line for the command line's help, a sentence without default and range.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class OptionAttribute(string commandLine, string help) : Attribute
{
    public string CommandLine { get; } = commandLine;

    public string Help { get; } = help;

    /// <summary>Smallest number. Without, there is none, but the number must be finite.</summary>
    public double Min { get; init; } = double.MinValue;

    /// <summary>Largest number. Without, there is none, but the number must be finite; infinity allows infinity.</summary>
    public double Max { get; init; } = double.MaxValue;

    /// <summary>Whether <see cref="Min"/> itself is too small.</summary>
    public bool WithoutMin { get; init; }

    /// <summary>Whether <see cref="Max"/> itself is too large.</summary>
    public bool WithoutMax { get; init; }

    /// <summary>Which values of an enumeration are allowed; null for all.</summary>
    public object[]? Values { get; init; }

    /// <summary>Whether of an enumeration of flags at least one must be set, and any may be together.</summary>
    public bool AtLeastOne { get; init; }

    /// <summary>What the number counts: rows, tokens, MiB, epochs. Null where it has no unit.</summary>
    public string? Unit { get; init; }

    /// <summary>What null stands for, in words. An option without it cannot be null.</summary>
    public string? WhenNull { get; init; }

    /// <summary>What is expected where type, range and values do not say it.</summary>
    public string? Expected { get; init; }

    /// <summary>What stands for a value in the command line's help, such as DIR; null for a word that fits the type.</summary>
    public string? Placeholder { get; init; }

    /// <summary>
    /// Whether a method's name says it already, so that it is neither written beside the name nor asked for on the command line.
    /// </summary>
    public bool ToldByName { get; init; }

    /// <summary>Whether the command line has no option for it: others say it there, or it has a value of its own.</summary>
    public bool OnlyInCode { get; init; }

    /// <summary>
    /// Another option of the same object beside which this one changes nothing, while that has the value <see cref="IdleAt"/> or has not
    /// the value <see cref="IdleUnlessAt"/>.
    /// </summary>
    public string? IdleBeside { get; init; }

    /// <summary>See <see cref="IdleBeside"/>.</summary>
    public object? IdleAt { get; init; }

    /// <summary>See <see cref="IdleBeside"/>.</summary>
    public object? IdleUnlessAt { get; init; }

    /// <summary>What earlier versions did, which had no such option; null for options that were there from the beginning.</summary>
    public object? Before { get; init; }

    /// <summary>Whether it is the width of what a method trains, which studies vary: a bottleneck, a rank. At most one a method.</summary>
    public bool IsWidth { get; init; }
}
