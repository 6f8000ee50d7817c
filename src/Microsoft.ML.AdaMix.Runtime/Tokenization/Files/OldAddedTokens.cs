using System.Globalization;
using System.Text.Json;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tokenization.Added;

namespace Microsoft.ML.AdaMix.Tokenization.Files;

/// <summary>
/// Added tokens of a folder without tokenizer.json: special tokens by their roles, <c>added_tokens_decoder</c> of tokenizer_config.json
/// with its flags, added_tokens.json with none, each with the id that it declares.
/// </summary>
internal static class OldAddedTokens
{
    private const string Config = "tokenizer_config.json";
    private const string Plain = "added_tokens.json";

    /// <param name="files">The files.</param>
    /// <param name="settings">Special tokens by their roles.</param>
    /// <param name="vocabulary">The model's ids.</param>
    /// <param name="stripsMask">Whether the mask takes blanks before it, unless a file says its flags.</param>
    /// <param name="normalizesUnknown">Whether the unknown token is looked for in normalized text, likewise; DeBERTa's class does.</param>
    /// <exception cref="InvalidDataException">Two files, or a file and the vocabulary, give a token different ids.</exception>
    public static (List<AddedToken> Added, Dictionary<string, int> Declared) Read(
        TokenizerFiles files, TokenizerSettings settings, IReadOnlyDictionary<string, int> vocabulary, bool stripsMask,
        bool normalizesUnknown = false)
    {
        Dictionary<string, int> declared = new(StringComparer.Ordinal);
        Dictionary<string, string> from = new(StringComparer.Ordinal);
        List<AddedToken> added = [];
        void Declare(string file, AddedToken token, int id)
        {
            (string other, int? known) = declared.TryGetValue(token.Content, out int before) ? (from[token.Content], before)
                : vocabulary.TryGetValue(token.Content, out before) ? ("the vocabulary", before)
                : (file, (int?)null);
            if (known is { } expected && expected != id)
            {
                throw new InvalidDataException(
                    $"{file} of '{files.Source}' gives the token '{token.Content}' the id {id}, {other} gives it {expected}; the two "
                    + "contradict each other.");
            }

            declared[token.Content] = id;
            from.TryAdd(token.Content, file);
            if (!added.Exists(one => one.Content == token.Content))
            {
                added.Add(token);
            }
        }

        foreach ((AddedToken token, int id) in Decoder(files))
        {
            Declare(Config, token, id);
        }

        foreach (JsonProperty token in TokenizerJson.Root(files, Plain)?.EnumerateObject() ?? default)
        {
            int id = TokenizerJson.Id(token.Value) ?? throw new InvalidDataException(
                $"{Plain} of '{files.Source}' gives the token '{token.Name}' the id {TokenizerJson.Shown(token.Value)}; a whole number is "
                + "expected.");
            bool isSpecial = settings.SpecialStrings.Contains(token.Name, StringComparer.Ordinal);
            bool isMask = token.Name == settings.MaskToken;
            Declare(
                Plain, new AddedToken(token.Name, StripsLeft: stripsMask && isMask, IsNormalized: !isSpecial, IsSpecial: isSpecial), id);
        }

        foreach (string special in settings.SpecialStrings.Distinct(StringComparer.Ordinal))
        {
            if (vocabulary.ContainsKey(special) && !added.Exists(token => token.Content == special))
            {
                added.Add(new AddedToken(
                    special, StripsLeft: stripsMask && special == settings.MaskToken,
                    IsNormalized: normalizesUnknown && special == settings.UnkToken));
            }
        }

        return (added, declared);
    }

    private static IEnumerable<(AddedToken Token, int Id)> Decoder(TokenizerFiles files)
    {
        string source = $"{Config} of '{files.Source}'";
        if (TokenizerJson.Root(files, Config) is not { } config
            || JsonPart.Of(config, "added_tokens_decoder", source) is not { } decoder)
        {
            yield break;
        }

        foreach (JsonProperty token in decoder.Json.EnumerateObject())
        {
            if (token.Value.ValueKind != JsonValueKind.Object
                || !int.TryParse(token.Name, NumberStyles.None, CultureInfo.InvariantCulture, out int id))
            {
                throw decoder.Refuse($"has the entry '{token.Name}': {TokenizerJson.Shown(token.Value)}; an id and a token are expected");
            }

            yield return (AddedTokenReader.Read(decoder with { Json = token.Value }, isSpecial: false), id);
        }
    }
}
