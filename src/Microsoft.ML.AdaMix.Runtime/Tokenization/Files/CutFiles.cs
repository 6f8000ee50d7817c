namespace Microsoft.ML.AdaMix.Tokenization.Files;

/// <summary>Recognises files of which the end is missing, although what is there can be read.</summary>
internal static class CutFiles
{
    private const int FewTokens = 32; // that training tools put into a vocabulary without a merge
    private const int FewInPerThousand = 5;

    /// <summary>Refuses merges that leave many tokens of the vocabulary out.</summary>
    /// <param name="vocabulary">Tokens and merges.</param>
    /// <param name="endSuffix">What the last characters of words end with; where it is empty, tokens are of GPT-2's characters.</param>
    /// <exception cref="InvalidDataException">There are such tokens.</exception>
    public static void RefuseMerges(Vocabulary vocabulary, string endSuffix)
    {
        HashSet<string> made = new(vocabulary.Merges.Select(merge => merge.Left + merge.Right), StringComparer.Ordinal);
        string[] left =
        [
            .. vocabulary.Ids.Keys.Where(token => token.Length > 1 && !made.Contains(token)
                && (endSuffix.Length == 0 ? ByteCharacters.Decode(token) is not null : !IsCharacter(token, endSuffix))
                && !(token[0] is '<' or '[' or '|' && token[^1] is '>' or ']' or '|')),
        ];
        if (left.Length > Math.Max(FewTokens, vocabulary.Ids.Count * FewInPerThousand / 1000))
        {
            throw new InvalidDataException(
                $"merges.txt of '{vocabulary.Source}' has {vocabulary.Merges.Count} merges, which do not make {left.Length} tokens of its "
                + $"vocab.json, for example '{left[^1]}': merges.txt is cut off, or belongs to another tokenizer. Fetch it again.");
        }
    }

    private static bool IsCharacter(string token, string endSuffix) => (token.EndsWith(endSuffix, StringComparison.Ordinal)
        ? token[..^endSuffix.Length]
        : token).EnumerateRunes().Count() == 1;
}
