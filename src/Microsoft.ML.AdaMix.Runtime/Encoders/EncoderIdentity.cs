using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Files;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Encoders;

/// <summary>What tells encoders apart: the hash of their weights as stored and those of their tokenizer's files, in hexadecimal.</summary>
/// <param name="Weights">SHA-256 of the weights, written as a saved model's part.</param>
/// <param name="Tokenizer">SHA-256 of the tokenizer's files, by name.</param>
internal sealed record EncoderIdentity(string Weights, SortedDictionary<string, string> Tokenizer)
{
    private static readonly ConditionalWeakTable<LoadedEncoder, EncoderIdentity> Known = [];

    /// <summary>One hash of all.</summary>
    public string Sha256() => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Join('\n', Tokenizer.OrderBy(file => file.Key, StringComparer.Ordinal).Select(file => $"{file.Key} {file.Value}").Prepend(Weights)))));

    /// <summary>That of an encoder in memory; computed once for each.</summary>
    public static EncoderIdentity Of(LoadedEncoder encoder) => Known.GetValue(encoder, Compute);

    /// <summary>The weights as a saved model holds them.</summary>
    public static void WriteWeights(Stream stream, LoadedEncoder encoder) => SafetensorsWriter.Write(stream, [.. encoder.Weights]);

    /// <summary>What is different in another encoder, for messages.</summary>
    public string DifferenceFrom(EncoderIdentity other)
    {
        string[] files = [.. Tokenizer.Keys.Union(other.Tokenizer.Keys, StringComparer.Ordinal)
            .Where(file => Tokenizer.GetValueOrDefault(file) != other.Tokenizer.GetValueOrDefault(file))];
        string tokenizer = string.Join(", ", files.Select(file => Tokenizer.ContainsKey(file) ? other.Tokenizer.ContainsKey(file) ? file : $"{file}, which it has and should not" : $"{file}, which it has not"));
        return (Weights != other.Weights, files.Length > 0) switch
        {
            (true, true) => $"other weights and another tokenizer ({tokenizer})",
            (true, false) => "other weights",
            _ => $"the same weights and another tokenizer ({tokenizer})",
        };
    }

    private static EncoderIdentity Compute(LoadedEncoder encoder)
    {
        using HashingStream hashing = new();
        WriteWeights(hashing, encoder);
        SortedDictionary<string, string> tokenizer = new(StringComparer.Ordinal);
        foreach ((string name, byte[] content) in encoder.Tokenizer.Contents)
        {
            tokenizer.Add(name, Convert.ToHexString(SHA256.HashData(content)));
        }

        return new EncoderIdentity(hashing.Hash(), tokenizer);
    }
}
