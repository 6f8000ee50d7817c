using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Hub;

/// <summary>What the cache has of a commit, whoever brought it there.</summary>
internal sealed class HubCachedFiles(HubCache cache)
{
    /// <summary>
    /// What an encoder cannot be read without and the cache has not: of its configuration, weights, and something of a tokenizer.
    /// </summary>
    /// <returns>What is missing, in words; null for nothing.</returns>
    public string? Missing(string commit) =>
        !cache.Has(commit, HuggingFaceFolder.ConfigFile) ? HuggingFaceFolder.ConfigFile
        : !TokenizerFiles.Names.Any(file => cache.Has(commit, file)) ? $"a tokenizer ({string.Join(", ", TokenizerFiles.Names)})"
        : HuggingFaceFolder.WeightNames.FirstOrDefault(file => cache.Has(commit, file)) is not { } weights
            ? $"weights ({string.Join(", ", HuggingFaceFolder.WeightNames)})"
        : Shards(commit, weights).FirstOrDefault(shard => !cache.Has(commit, shard));

    /// <summary>Whether the hub need not be asked for any file: each is here, or known not to be there.</summary>
    public bool AreAllKnown(string commit) =>
        TokenizerFiles.Names.All(file => cache.Has(commit, file) || cache.IsAbsent(commit, file))
        && HuggingFaceFolder.WeightNames.TakeWhile(file => !cache.Has(commit, file)).All(file => cache.IsAbsent(commit, file));

    private IReadOnlyList<string> Shards(string commit, string weights)
    {
        if (!weights.EndsWith(HuggingFaceFolder.IndexEnding, StringComparison.Ordinal))
        {
            return [];
        }

        return ShardedFile.Shards(Path.Combine(cache.Snapshot(commit), weights));
    }
}
