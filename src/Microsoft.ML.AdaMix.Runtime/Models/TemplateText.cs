using System.Text;
using Microsoft.ML.AdaMix.Wording;

namespace Microsoft.ML.AdaMix.Models;

/// <summary>What stands at a place of a template.</summary>
internal enum TemplatePlace
{
    Literal,
    Text,
    Pair,
}

/// <summary>A piece of a template: words of its own, or the place of a row's text.</summary>
/// <param name="Place">Which.</param>
/// <param name="Literal">The template's own words; empty for a row's text.</param>
internal readonly record struct TemplatePart(TemplatePlace Place, string Literal = "");

/// <summary>A template taken apart: what stands before its mask, and what behind.</summary>
/// <remarks>Pure data. <c>{{</c> and <c>}}</c> stand for braces.</remarks>
internal sealed record TemplateText(IReadOnlyList<TemplatePart> Before, IReadOnlyList<TemplatePart> After)
{
    public const string Expected = "a text with {text} and {mask}, once each, and with {pair} for pairs of texts";

    private const string Mask = "mask";

    private static readonly string[] MaskTokens = ["<mask>", "[MASK]"];

    /// <summary>Whether a second text has a place in it.</summary>
    public bool ReadsPairs => Before.Concat(After).Any(part => part.Place == TemplatePlace.Pair);

    /// <summary>Whether a text, be it a template or not, has a place for a second text.</summary>
    public static bool MayReadPairs(string text) => FindProblem(text, out TemplateText? parsed) is null && parsed!.ReadsPairs;

    /// <exception cref="InvalidDataException">It is no template; the message says why.</exception>
    public static TemplateText Parse(string text) =>
        FindProblem(text, out TemplateText? parsed) is { } problem
            ? throw new InvalidDataException($"The template {Quoted.Of(text)} {problem}; expected is {Expected}.")
            : parsed!;

    /// <summary>Whether a template can be read; null for no problem.</summary>
    public static string? FindProblem(string text) => FindProblem(text, out _);

    private static string? FindProblem(string text, out TemplateText? parsed)
    {
        parsed = null;
        List<TemplatePart> parts = [];
        StringBuilder literal = new();
        int? mask = null;
        for (int at = 0; at < text.Length; at++)
        {
            char letter = text[at];
            if (letter is not ('{' or '}'))
            {
                literal.Append(letter);
            }
            else if (at + 1 < text.Length && text[at + 1] == letter)
            {
                literal.Append(letter);
                at++;
            }
            else if (letter == '}' || text.IndexOf('}', at) is not (> 0 and var end))
            {
                return $"has a '{letter}' by itself, which is written twice where it is meant";
            }
            else
            {
                string place = text[(at + 1)..end];
                at = end;
                End(parts, literal);
                if (place == Mask && mask is null)
                {
                    mask = parts.Count;
                }
                else if (Find(place) is { } found && !parts.Exists(part => part.Place == found))
                {
                    parts.Add(new TemplatePart(found));
                }
                else
                {
                    return place == Mask || Find(place) is not null
                        ? $"has {{{place}}} twice"
                        : $"has the unknown place {{{place}}}{Meant(place)}";
                }
            }
        }

        End(parts, literal);
        if (mask is null || !parts.Exists(part => part.Place == TemplatePlace.Text))
        {
            return mask is null ? $"has no {{{Mask}}}{MaskOfATokenizer(text)}" : "has no {text}";
        }

        parsed = new TemplateText(parts[..mask.Value], parts[mask.Value..]);
        return null;
    }

    // {TEXT}, { text } and {"text"} are habits of other languages.
    private static string Meant(string place)
    {
        string plain = place.Trim(' ', '"', '\'').ToLowerInvariant();
        return plain == Mask || Find(plain) is not null ? $", write {{{plain}}}" : string.Empty;
    }

    private static string MaskOfATokenizer(string text) =>
        Array.Find(MaskTokens, token => text.Contains(token, StringComparison.OrdinalIgnoreCase)) is { } token
            ? $", write it in place of {token}"
            : string.Empty;

    private static TemplatePlace? Find(string place) => place switch
    {
        "text" => TemplatePlace.Text,
        "pair" => TemplatePlace.Pair,
        _ => null,
    };

    private static void End(List<TemplatePart> parts, StringBuilder literal)
    {
        if (literal.Length > 0)
        {
            parts.Add(new TemplatePart(TemplatePlace.Literal, literal.ToString()));
            literal.Clear();
        }
    }
}
