using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Files;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Encoders;

/// <summary>What tells encoders apart: the hash of their weights as stored and those of their tokenizer's files, in hexadecimal.</summary>
/// <param name="Weights">SHA-256 of what <see cref="WriteWeights"/> writes.</param>
/// <param name="Tokenizer">SHA-256 of the tokenizer's files, by name.</param>
internal sealed record EncoderIdentity(string Weights, SortedDictionary<string, string> Tokenizer)
{
    /// <summary>One hash of all: what files, errors and studies call the encoder by.</summary>
    public string Sha256()
    {
        IEnumerable<string> files = Tokenizer.OrderBy(file => file.Key, StringComparer.Ordinal).Select(file => $"{file.Key} {file.Value}");
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', files.Prepend(Weights)))));
    }

    /// <summary>Reads the whole encoder; <see cref="EncoderExtras.Identity"/> remembers the result.</summary>
    public static EncoderIdentity Compute(LoadedEncoder encoder)
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

    /// <summary>
    /// The weights as saved models hold them: a safetensors file in the order of the forward pass, the pooler last, however they came.
    /// </summary>
    public static void WriteWeights(Stream stream, LoadedEncoder encoder)
    {
        IEnumerable<string> order = EncoderTensors.Required(encoder.Config)
            .Select(tensor => tensor.Name)
            .Concat([EncoderTensors.PoolerWeight, EncoderTensors.PoolerBias]);
        SafetensorsWriter.Write(
            stream, [.. order.Where(encoder.Weights.ContainsKey).Select(name => KeyValuePair.Create(name, encoder.Weights[name]))]);
    }

    /// <summary>What is different in another encoder, for messages.</summary>
    public string DifferenceFrom(EncoderIdentity other)
    {
        string[] files = [.. Tokenizer.Keys.Union(other.Tokenizer.Keys, StringComparer.Ordinal)
            .Where(file => Tokenizer.GetValueOrDefault(file) != other.Tokenizer.GetValueOrDefault(file))];
        string tokenizer = string.Join(", ", files.Select(file => (Tokenizer.ContainsKey(file), other.Tokenizer.ContainsKey(file)) switch
        {
            (true, true) => file,
            (true, false) => $"{file}, which it has and should not",
            _ => $"{file}, which it has not",
        }));
        return (Weights != other.Weights, files.Length > 0) switch
        {
            (true, true) => $"other weights and another tokenizer ({tokenizer})",
            (true, false) => "other weights",
            _ => $"the same weights and another tokenizer ({tokenizer})",
        };
    }
}
