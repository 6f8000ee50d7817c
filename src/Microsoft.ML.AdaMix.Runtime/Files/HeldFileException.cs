namespace Microsoft.ML.AdaMix.Files;

/// <summary>Another process holds a file.</summary>
internal sealed class HeldFileException(string path, IOException error) : IOException($"'{path}' is held by another process.", error)
{
    private static readonly int[] Codes = [11, 35, unchecked((int)0x80070020)]; // EAGAIN of Linux, of macOS; sharing violation

    /// <summary>Whether that is why a file could not be opened.</summary>
    public static bool IsTold(IOException error) => Codes.Contains(error.HResult);
}
