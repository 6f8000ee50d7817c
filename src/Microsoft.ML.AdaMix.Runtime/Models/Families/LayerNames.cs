using System.Globalization;

namespace Microsoft.ML.AdaMix.Models.Families;

/// <summary>How a family's checkpoints name layers, and how they are named here.</summary>
/// <param name="Start">Before the index, for example <c>transformer.layer.</c></param>
/// <param name="End">Behind it, with the closing dot.</param>
/// <param name="OwnStart"><c>encoder.layer.</c>, or <c>encoder.group.</c> for weights that layers share.</param>
internal sealed record LayerNames(string Start, string End, string OwnStart)
{
    private const string OwnEnd = ".";

    /// <summary>The own name of a stored name's layer, and what stands behind it; null if it is in no layer.</summary>
    public (string Layer, string Behind)? FromStored(string stored) => Split(stored, Start, End) is var (index, rest)
        ? (OwnStart + index + OwnEnd, rest)
        : null;

    /// <summary>The way back.</summary>
    public (string Layer, string Behind)? ToStored(string own) => Split(own, OwnStart, OwnEnd) is var (index, rest)
        ? (Start + index + End, rest)
        : null;

    private static (string Index, string Behind)? Split(string name, string start, string end)
    {
        if (!name.StartsWith(start, StringComparison.Ordinal))
        {
            return null;
        }

        int behind = name.IndexOf(end, start.Length, StringComparison.Ordinal);
        return behind > 0 && int.TryParse(name.AsSpan()[start.Length..behind], NumberStyles.None, CultureInfo.InvariantCulture, out _)
            ? (name[start.Length..behind], name[(behind + end.Length)..])
            : null;
    }
}
