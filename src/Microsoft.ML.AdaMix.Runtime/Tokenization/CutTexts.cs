using System.Globalization;

namespace Microsoft.ML.AdaMix;

/// <summary>How much of some texts a model does not read, because they are longer than its maximum length.</summary>
/// <remarks>Immutable; its <see cref="ToString"/> is a sentence for a person.</remarks>
public sealed record CutTexts
{
    /// <summary>Texts, or pairs of texts.</summary>
    public long Texts { get; init; }

    /// <summary>Those of them that are longer than <see cref="MaxLength"/> and lose their ends.</summary>
    public long Cut { get; init; }

    /// <summary>
    /// Share of all tokens that is cut, from 0 to 1. Of a text much longer than what is read, the rest is estimated from its beginning.
    /// </summary>
    public double ShareOfTokens { get; init; }

    /// <summary>Longest text or pair in tokens, special tokens included.</summary>
    public int MaxLength { get; init; }

    /// <summary>"37 of 1,000 texts are longer than 128 tokens; about 4.1 % of all tokens are cut."</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Cut:N0} of {Texts:N0} texts {(Cut == 1 ? "is" : "are")} longer than {MaxLength} tokens; about {Percent()} % of all tokens are "
        + $"cut.");

    private string Percent() => (100 * ShareOfTokens) switch
    {
        0 => "0",
        < 0.1 => "0.1",
        var percent and < 99.9 => percent.ToString("0.0", CultureInfo.InvariantCulture),
        _ => "99.9",
    };
}
