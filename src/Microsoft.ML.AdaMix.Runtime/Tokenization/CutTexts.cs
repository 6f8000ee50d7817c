using System.Globalization;

namespace Microsoft.ML.AdaMix;

/// <summary>How much of some texts a model does not read, because they are longer than its maximum length.</summary>
/// <remarks>Immutable; its <see cref="ToString"/> is a sentence for a person.</remarks>
public sealed record CutTexts
{
    /// <summary>Texts, or pairs of texts.</summary>
    public long Texts { get; init; }

    /// <summary>Those of them that lose their ends: longer than <see cref="MaxLength"/>, or than all windows together.</summary>
    public long Cut { get; init; }

    /// <summary>
    /// Share of all tokens that is cut, from 0 to 1. Of a text much longer than what is read, the rest is estimated from its beginning.
    /// </summary>
    public double ShareOfTokens { get; init; }

    /// <summary>Longest text or pair, or longest window of one, in tokens, special tokens included.</summary>
    public int MaxLength { get; init; }

    /// <summary>Windows of that length in which a text is read; 1 where longer ones are cut.</summary>
    public int MaxWindows { get; init; } = 1;

    /// <summary>"37 of 1,000 texts are longer than 128 tokens; about 4.1 % of all tokens are cut."</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Cut:N0} of {Texts:N0} texts {(Cut == 1 ? "is" : "are")} longer than {Windows()}{MaxLength} tokens; about {Percent()} % of all "
        + $"tokens are cut.");

    private string Windows() =>
        MaxWindows == 1 ? string.Empty : string.Create(CultureInfo.InvariantCulture, $"{MaxWindows:N0} windows of ");

    private string Percent() => (100 * ShareOfTokens) switch
    {
        0 => "0",
        < 0.1 => "0.1",
        var percent and < 99.9 => percent.ToString("0.0", CultureInfo.InvariantCulture),
        _ => "99.9",
    };
}
