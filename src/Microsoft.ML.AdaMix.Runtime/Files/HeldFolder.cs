namespace Microsoft.ML.AdaMix.Files;

/// <summary>A temporary folder, gone with its end; or, after a kill, with the next process that makes one beside it.</summary>
internal sealed class HeldFolder : IDisposable
{
    /// <summary>The mode of a folder into which nobody else looks.</summary>
    public const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly IDisposable? _hold;

    private HeldFolder(string path, IDisposable? hold) => (Path, _hold) = (path, hold);

    public string Path { get; }

    /// <param name="above">The folder in which it is made.</param>
    /// <param name="target">Begins its name.</param>
    /// <param name="mode">Its mode; null leaves it to the system.</param>
    public static HeldFolder Create(string above, string target, UnixFileMode? mode)
    {
        (string path, IDisposable? hold) = Temporary.CreateFolder(System.IO.Path.GetFullPath(above), target, mode);
        return new HeldFolder(path, hold);
    }

    public void Dispose()
    {
        using (_hold)
        {
            try
            {
                if (Directory.Exists(Path))
                {
                    FileSystem.Current.DeleteFolder(Path, recursive: true);
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // The next process removes it.
            }
        }
    }
}
