using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Tokenization;
using Microsoft.ML.AdaMix.Tokenization.Words;

namespace Microsoft.ML.AdaMix.Export;

/// <summary>The model of a tokenizer.json.</summary>
internal static class ModelExport
{
    public static JsonObject Create(ModelParts model) => model switch
    {
        BytePairParts parts => new JsonObject
        {
            ["type"] = "BPE",
            ["dropout"] = null,
            ["unk_token"] = parts.UnknownToken,
            ["continuing_subword_prefix"] = parts.ContinuingPrefix,
            ["end_of_word_suffix"] = parts.EndSuffix,
            ["fuse_unk"] = parts.FusesUnknown,
            ["byte_fallback"] = parts.FallsBackToBytes,
            ["ignore_merges"] = parts.IgnoresMerges,
            ["vocab"] = Tokens(parts),
            ["merges"] = Merges(parts.Vocabulary.Merges),
        },
        UnigramParts parts => new JsonObject
        {
            ["type"] = "Unigram",
            ["unk_id"] = parts.UnknownId,
            ["vocab"] = new JsonArray([.. parts.Pieces.Select((piece, id) => (JsonNode)new JsonArray(piece, parts.Scores[id]))]),
            ["byte_fallback"] = parts.FallsBackToBytes,
        },
        WordPieceParts parts => new JsonObject
        {
            ["type"] = "WordPiece",
            ["unk_token"] = parts.UnknownToken,
            ["continuing_subword_prefix"] = parts.ContinuingPrefix,
            ["max_input_chars_per_word"] = parts.MostCharacters,
            ["vocab"] = Tokens(parts),
        },
        WordLevelParts parts => new JsonObject
        {
            ["type"] = "WordLevel",
            ["vocab"] = Tokens(parts),
            ["unk_token"] = parts.UnknownToken,
        },
        _ => throw new NotSupportedException(model.GetType().Name),
    };

    private static JsonObject Tokens(ModelParts model) => new(
        model.Vocabulary.Ids.OrderBy(token => token.Value).Select(token => KeyValuePair.Create(token.Key, (JsonNode?)token.Value)));

    // In the older form, which all versions read, where no token has a blank.
    private static JsonArray Merges(IReadOnlyList<Merge> merges)
    {
        bool isPlain = merges.All(merge => !merge.Left.Contains(' ') && !merge.Right.Contains(' '));
        return new([.. merges.Select(merge => isPlain ? (JsonNode)$"{merge.Left} {merge.Right}" : new JsonArray(merge.Left, merge.Right))]);
    }
}
