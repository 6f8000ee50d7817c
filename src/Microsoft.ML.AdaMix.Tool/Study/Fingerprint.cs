using System.Security.Cryptography;
using System.Text;

namespace Microsoft.ML.AdaMix.Tool.Study;

/// <summary>Short hashes that tell one configuration or data set from another.</summary>
internal static class Fingerprint
{
    private const int Digits = 16;

    public static string OfText(string text) => Hex(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>Of the contents of files, in order.</summary>
    public static string OfFiles(IEnumerable<string> paths)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string path in paths)
        {
            using FileStream file = File.OpenRead(path);
            hash.AppendData(SHA256.HashData(file));
        }

        return Hex(hash.GetHashAndReset());
    }

    private static string Hex(byte[] hash) => Convert.ToHexStringLower(hash)[..Digits];
}
