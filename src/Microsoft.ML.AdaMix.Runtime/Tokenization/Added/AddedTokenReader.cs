using System.Text.Json;
using Microsoft.ML.AdaMix.Tokenization.Files;

namespace Microsoft.ML.AdaMix.Tokenization.Added;

/// <summary>Reads added tokens from JSON.</summary>
internal static class AddedTokenReader
{
    /// <summary>Those of a tokenizer.json, in its order.</summary>
    /// <exception cref="InvalidDataException">The list is damaged.</exception>
    public static List<AddedToken> Read(JsonElement root, string source)
    {
        JsonPart file = new(root, "list of added_tokens", source);
        return file.Value("added_tokens", JsonValueKind.Array) is null
            ? []
            : [.. file.Parts("added_tokens").Select(token => Read(token, isSpecial: false))];
    }

    /// <summary>One token with its flags.</summary>
    /// <param name="token">An object.</param>
    /// <param name="isSpecial">Where it does not say so itself.</param>
    public static AddedToken Read(JsonPart token, bool isSpecial)
    {
        bool special = token.Flag("special", isSpecial);
        return new AddedToken(
            token.Text("content") ?? throw token.Refuse("has a token without content"),
            token.Flag("single_word", false), token.Flag("lstrip", false), token.Flag("rstrip", false),
            token.Flag("normalized", !special), special);
    }
}
