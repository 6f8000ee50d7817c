using System.Security.Cryptography;
using System.Text;

namespace Microsoft.ML.AdaMix.Training.Resuming;

/// <summary>
/// What a training is: data, encoder, options that change what is learned, each by a name and a short text. A checkpoint goes on only with
/// its own.
/// </summary>
/// <param name="Facts">By name.</param>
internal sealed record TrainingIdentity(SortedDictionary<string, string> Facts)
{
    /// <summary>What is different in another training, for messages; empty where nothing is.</summary>
    /// <param name="now">The other one.</param>
    public string DifferencesFrom(TrainingIdentity now) => string.Join("; ", Facts.Keys.Union(now.Facts.Keys, StringComparer.Ordinal)
        .Where(fact => Facts.GetValueOrDefault(fact) != now.Facts.GetValueOrDefault(fact))
        .Select(fact => $"{fact} is {Tell(Facts, fact)} there and {Tell(now.Facts, fact)} now"));

    /// <summary>Names the training in a folder of many.</summary>
    public string ShortHash() => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', Facts.Select(fact => $"{fact.Key}={fact.Value}")))))[..16];

    // Options, which have capitals, are not told where they have their default.
    private static string Tell(SortedDictionary<string, string> facts, string fact) =>
        facts.GetValueOrDefault(fact) ?? (char.IsUpper(fact[0]) ? "the default" : "none");
}
