using System.Text.Json.Serialization;

namespace Microsoft.ML.AdaMix.Models;

/// <summary>The template that a model puts each text in before it is read.</summary>
/// <param name="Text">As <see cref="TemplateText"/> reads it.</param>
/// <param name="MaskId">The tokenizer's mask token.</param>
/// <param name="Masks">How many of them stand at the mask's place: the tokens of the longest word.</param>
/// <param name="Words">The words of each output, with <c>|</c> between several; for people alone.</param>
internal sealed record TextTemplate(string Text, int MaskId, int Masks, string[] Words)
{
    /// <summary>
    /// Training rows in the template, filled in and with the token that closes a text, that stand behind each text; null for none.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int[][]? Demonstrations { get; init; }

    /// <summary>What of a row the head reads.</summary>
    [JsonIgnore]
    public MaskedTokens Masked => new(MaskId, Masks);

    /// <summary>Tokens for a row's own text in its template: demonstrations take as many, each.</summary>
    public int Share(int maxLength) => maxLength / (1 + (Demonstrations?.Length ?? 0));
}

/// <summary>Tokens that a head reads: of each row the first of an id, and those that follow it.</summary>
/// <param name="Id">The mask token.</param>
/// <param name="Count">How many, 1 or more.</param>
internal readonly record struct MaskedTokens(int Id, int Count);
