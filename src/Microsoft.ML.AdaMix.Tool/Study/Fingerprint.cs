using System.Security.Cryptography;
using System.Text;

namespace Microsoft.ML.AdaMix.Tool.Study;

/// <summary>Short hashes that tell one configuration, data set or encoder from another.</summary>
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

    /// <summary>Of an encoder's folder: its configuration, and names and sizes of its weights, which are too large to read for this.</summary>
    public static string OfEncoder(string folder)
    {
        StringBuilder description = new();
        string configuration = Path.Combine(folder, "config.json");
        if (File.Exists(configuration))
        {
            description.Append(File.ReadAllText(configuration));
        }

        foreach (FileInfo file in new DirectoryInfo(folder).EnumerateFiles().Where(file => file.Extension is ".safetensors" or ".bin").OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            description.Append(file.Name).Append(' ').Append(file.Length).Append('\n');
        }

        return OfText(description.ToString());
    }

    private static string Hex(byte[] hash) => Convert.ToHexStringLower(hash)[..Digits];
}
