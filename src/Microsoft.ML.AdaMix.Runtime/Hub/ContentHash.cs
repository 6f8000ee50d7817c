using System.Security.Cryptography;
using System.Text;

namespace Microsoft.ML.AdaMix.Hub;

/// <summary>Compares content with what the hub knows it by.</summary>
/// <remarks>
/// Files in Git LFS go by their SHA-256, others by Git's SHA-1 of them, before which their length stands; mirrors that store files
/// themselves give the SHA-1 of the content alone.
/// </remarks>
internal static class ContentHash
{
    private const int Sha256Length = 64;
    private const int Sha1Length = 40;
    private const int Piece = 1 << 17;

    /// <summary>Whether a tag is a hash that can be compared.</summary>
    public static bool IsKnown(string tag) => tag.Length is Sha256Length or Sha1Length && tag.All(char.IsAsciiHexDigit);

    /// <summary>Whether content is what a tag says.</summary>
    /// <param name="content">All of it.</param>
    /// <param name="length">How long it is.</param>
    /// <param name="tag">A tag that is a hash.</param>
    /// <param name="found">Its own hash, of the tag's kind.</param>
    /// <param name="cancellation">Ends it early.</param>
    public static bool Fits(Stream content, long length, string tag, out string found, CancellationToken cancellation)
    {
        if (tag.Length == Sha256Length)
        {
            using IncrementalHash sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            Read(content, [sha256], cancellation);
            found = Hexadecimal(sha256);
            return Equal(found, tag);
        }

        // Names of content, not signatures: nothing is trusted for them.
        using IncrementalHash git = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        using IncrementalHash plain = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        git.AppendData(Encoding.ASCII.GetBytes($"blob {length}\0"));
        Read(content, [git, plain], cancellation);
        found = Hexadecimal(git);
        return Equal(found, tag) || Equal(Hexadecimal(plain), tag);
    }

    private static void Read(Stream content, IncrementalHash[] hashes, CancellationToken cancellation)
    {
        byte[] piece = new byte[Piece];
        while (content.Read(piece) is > 0 and var count)
        {
            cancellation.ThrowIfCancellationRequested();
            Array.ForEach(hashes, hash => hash.AppendData(piece, 0, count));
        }
    }

    private static string Hexadecimal(IncrementalHash hash) => Convert.ToHexStringLower(hash.GetCurrentHash());

    private static bool Equal(string found, string tag) => found.Equals(tag, StringComparison.OrdinalIgnoreCase);
}
