using System.Text.Json;
using Microsoft.ML.AdaMix.Tokenization.Files;

namespace Microsoft.ML.AdaMix.Tokenization.Patterns;

/// <summary>Reads a pattern of a tokenizer.json: <c>{"String": ...}</c> or <c>{"Regex": ...}</c>.</summary>
internal static class PatternJson
{
    /// <exception cref="InvalidDataException">It is damaged or not supported.</exception>
    public static IPattern Read(JsonPart part)
    {
        JsonElement pattern = part.Value("pattern", JsonValueKind.Object) ?? throw part.Refuse("has no pattern");
        return TokenizerJson.Text(pattern, "String") is { Length: > 0 } text ? new StringPattern(text)
            : TokenizerJson.Text(pattern, "Regex") is { Length: > 0 } regex
                ? regex == BlankRunPattern.Regex ? new BlankRunPattern() : new RegexPattern(regex, part.Source)
            : throw part.Refuse($"has the pattern {TokenizerJson.Shown(pattern)}; a String or a Regex that is not empty is expected");
    }
}
