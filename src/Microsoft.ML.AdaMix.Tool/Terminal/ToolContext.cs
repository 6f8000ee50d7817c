using Microsoft.ML.AdaMix.Files;

namespace Microsoft.ML.AdaMix.Tool.Terminal;

/// <summary>ML.NET contexts of the commands: warnings go to the console, and models are unpacked in a folder of this process.</summary>
internal static class ToolContext
{
    private static readonly Lazy<HeldFolder?> Unpacking = new(CreateFolder);

    public static MLContext Create(int? seed, Action<string> warn)
    {
        MLContext ml = new(seed);
        if (Unpacking.Value is { } folder)
        {
            ml.TempFilePath = folder.Path;
        }

        LibraryLog.PassWarnings(ml, warn);
        return ml;
    }

    // Gone with this process; or, if it is killed, with the next one.
    private static HeldFolder? CreateFolder()
    {
        try
        {
            HeldFolder folder = HeldFolder.Create(Path.GetTempPath(), "adamix", HeldFolder.Private);
            AppDomain.CurrentDomain.ProcessExit += (_, _) => folder.Dispose();
            return folder;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null; // what needs the temporary folder says so
        }
    }
}
