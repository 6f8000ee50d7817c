using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Tokenization.Files;

/// <summary>Compares tokenizer.json, which decides, with the older files beside it.</summary>
internal static class Contradictions
{
    /// <exception cref="InvalidDataException">Another file gives a token another id, or has other tokens.</exception>
    public static void Refuse(TokenizerFiles files, TokenizerDefinition definition)
    {
        IReadOnlyDictionary<string, int> ids = definition.WholeVocabulary().Ids;
        foreach (string file in (string[])["vocab.txt", "vocab.json"])
        {
            if (files.Contents.ContainsKey(file))
            {
                Compare(files, file, VocabularyFile.Read(files, file), definition, ids);
            }
        }
    }

    private static void Compare(
        TokenizerFiles files, string file, Dictionary<string, int> others, TokenizerDefinition definition,
        IReadOnlyDictionary<string, int> ids)
    {
        foreach ((string token, int id) in others)
        {
            if (!ids.TryGetValue(token, out int own) || own != id)
            {
                throw new InvalidDataException(
                    $"{file} of '{files.Source}' has the token '{token}' with the id {id}, its tokenizer.json has "
                    + $"{(ids.ContainsKey(token) ? $"it with the id {own}" : "no such token")}; the two contradict each other "
                    + $"({others.Count} and {ids.Count} tokens). Remove the one that does not belong to the encoder.");
            }
        }

        if (definition.Model.Vocabulary.Ids.Keys.FirstOrDefault(token => !others.ContainsKey(token)) is { } missing)
        {
            throw new InvalidDataException(
                $"tokenizer.json of '{files.Source}' has the token '{missing}' in its vocabulary, its {file} has none such ({ids.Count} "
                + $"and {others.Count} tokens); the two contradict each other, or {file} is cut off. Remove the one that does not belong "
                + "to the encoder, or fetch it again.");
        }
    }
}
