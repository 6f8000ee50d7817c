using System.Globalization;
using Microsoft.ML.AdaMix.Wording;

namespace Microsoft.ML.AdaMix;

/// <summary>How much of some texts a model does not read, because they are longer than its maximum length.</summary>
/// <remarks>Immutable; its <see cref="ToString"/> is a sentence for a person.</remarks>
public sealed record CutTexts
{
    /// <summary>Texts, or pairs of texts.</summary>
    public long Texts { get; init; }

    /// <summary>Those of them that lose their ends: longer than <see cref="MaxLength"/>, or than all windows together.</summary>
    public long Cut { get; init; }

    /// <summary>Those of the cut ones that are longer than all windows together: more windows read more of them.</summary>
    public long BeyondWindows { get; init; }

    /// <summary>
    /// Cut pairs with two texts longer than half a window, where windows are read: the shorter one is cut to that half, however many
    /// windows there are. A higher maximum length reads more of it.
    /// </summary>
    public long HalvedPairs { get; init; }

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
        $"{Lost()}; about {Percent()} % of all tokens are cut.");

    private string Lost()
    {
        bool areHalved = HalvedPairs > 0 && MaxWindows > 1;
        string halved = string.Create(CultureInfo.InvariantCulture,
            $"{HalvedPairs:N0} of {Counts.Of(Texts, "pair")} {(HalvedPairs == 1 ? "has" : "have")} two texts longer than half a window of "
            + $"{MaxLength} tokens, the shorter of which is cut to that half");
        if (areHalved && BeyondWindows == 0)
        {
            return halved;
        }

        long longer = areHalved ? BeyondWindows : Cut;
        string beyond = string.Create(CultureInfo.InvariantCulture,
            $"{longer:N0} of {Texts:N0} texts {(longer == 1 ? "is" : "are")} longer than {Windows()}{MaxLength} tokens");
        return areHalved ? $"{beyond}, and {halved}" : beyond;
    }

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
