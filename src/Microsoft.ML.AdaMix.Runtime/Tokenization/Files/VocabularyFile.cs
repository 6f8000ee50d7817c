using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Tokenization.Files;

/// <summary>Reads vocab.txt and vocab.json.</summary>
internal static class VocabularyFile
{
    /// <summary>Tokens with their ids: of a token that vocab.txt has on several lines the last counts, as in Python.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static Dictionary<string, int> Read(TokenizerFiles files, string name)
    {
        if (name == "vocab.json")
        {
            return TokenizerJson.Ids(TokenizerJson.Root(files, name)!.Value, $"vocab.json of '{files.Source}'");
        }

        string[] lines = TextLines.Read(files.Source, name, files.Contents[name]);
        Dictionary<string, int> ids = new(lines.Length, StringComparer.Ordinal);
        for (int id = 0; id < lines.Length; id++)
        {
            string token = lines[id].TrimEnd();
            ids[token] = !token.Contains('\r', StringComparison.Ordinal) ? id : throw new InvalidDataException(
                $"The token with id {id} in {name} of '{files.Source}' holds a line break, which no token can.");
        }

        return ids;
    }
}
