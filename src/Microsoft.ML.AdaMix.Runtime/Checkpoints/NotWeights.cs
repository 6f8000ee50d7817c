using System.Text;

namespace Microsoft.ML.AdaMix.Checkpoints;

/// <summary>What often lies where an encoder's file should: the text that stands for it in Git, or the page of a server.</summary>
internal static class NotWeights
{
    private const int Beginning = 512;

    private static readonly string[] Pages = ["<!doctype html", "<html", "<head", "<?xml"];

    /// <exception cref="InvalidDataException">It is one of these.</exception>
    public static void Refuse(ByteRegion region, string file)
    {
        if (Describe(region.Slice(0, (int)Math.Min(Beginning, region.Length))) is { } what)
        {
            region.Release();
            throw new InvalidDataException($"'{file}' is {what}");
        }
    }

    /// <returns>What it is and what to do, to stand behind the file's name; null if it is none of these.</returns>
    public static string? Describe(ReadOnlySpan<byte> beginning)
    {
        string text = Encoding.Latin1.GetString(beginning[..Math.Min(Beginning, beginning.Length)]).TrimStart('\u00ef', '\u00bb', '\u00bf')
            .TrimStart();
        return text.StartsWith("version https://git-lfs.github.com/", StringComparison.Ordinal)
                ? "a Git LFS pointer, which stands for the file in Git, and not the file itself. Run 'git lfs pull' in its folder, or "
                + "download the file from Hugging Face."
            : Array.Exists(Pages, page => text.StartsWith(page, StringComparison.OrdinalIgnoreCase))
                ? "a page of HTML and no such file: what a server answers where a file is missing, or to be had with a login alone. Open "
                + "it in a browser to see what it says, and download the file again."
            : null;
    }
}
