namespace Microsoft.ML.AdaMix.OptionDescriptions;

/// <summary>Which numbers an option takes.</summary>
/// <param name="Min">Smallest; <see cref="double.MinValue"/> for any that is finite.</param>
/// <param name="Max">Largest; <see cref="double.MaxValue"/> for any that is finite, infinity for any at all.</param>
/// <param name="WithoutMin">Whether the smallest itself is out of it.</param>
/// <param name="WithoutMax">Whether the largest itself is out of it.</param>
internal sealed record OptionRange(double Min, double Max, bool WithoutMin, bool WithoutMax)
{
    public bool HasMin => Min > double.MinValue;

    public bool HasMax => Max < double.MaxValue;

    public bool IsBounded => HasMin || HasMax;

    /// <summary>False for NaN, which no comparison holds for.</summary>
    public bool Contains(double number) => (WithoutMin ? number > Min : number >= Min) && (WithoutMax ? number < Max : number <= Max);

    /// <summary>In the words of documentation and errors: 1 to 10000, more than 0.</summary>
    public override string ToString() => FormattableString.Invariant((HasMin, HasMax, WithoutMin, WithoutMax) switch
    {
        (true, true, false, false) => $"{Min} to {Max}",
        (true, true, false, true) => $"{Min} up to and without {Max}",
        (true, true, true, false) => $"more than {Min} and at most {Max}",
        (true, true, true, true) => $"more than {Min} and less than {Max}",
        (true, false, false, _) => $"{Min} or more",
        (true, false, true, _) => $"more than {Min}",
        (false, true, _, false) => $"{Max} or less",
        (false, true, _, true) => $"less than {Max}",
        _ => $"a finite number",
    });
}
