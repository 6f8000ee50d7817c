namespace Microsoft.ML.AdaMix.Files;

/// <summary>Tries before long work whether its results can be written. Nothing of the trial stays, no folder either.</summary>
internal static class WriteCheck
{
    private const string Temporary =
        "ML.NET packs and unpacks models in the temporary folder, which the variable TMPDIR (on Windows TMP) names; it cannot be used.";

    /// <summary>Tries what <see cref="AtomicFile"/> will need.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bytes">How large it will be, about; 0 where nobody knows.</param>
    /// <param name="createsFolder">Whether a folder that is missing will be made.</param>
    /// <exception cref="IOException">The file cannot be written there, or there is too little room.</exception>
    /// <exception cref="UnauthorizedAccessException">The file or its folder is read-only, for all or for this user.</exception>
    public static void File(string path, long bytes = 0, bool createsFolder = false)
    {
        FileTarget target = FileTarget.Find(path);
        if (target.IsStream)
        {
            return;
        }

        string folder = target.Exists || !createsFolder
            ? target.GatheringFolder()
            : TargetFolder.Existing(Path.GetDirectoryName(target.RealPath)!);
        TargetFolder.RequireWritable(folder, Path.GetFileName(target.RealPath));
        TargetFolder.RequireSpace(folder, bytes, $"'{path}'");
    }

    /// <summary>Tries whether files can be made in a folder, or in the one above it where it will be made.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="bytes">How much will be written, about; 0 where nobody knows.</param>
    /// <inheritdoc cref="File" path="/exception"/>
    public static void Folder(string path, long bytes = 0)
    {
        string folder = TargetFolder.Existing(LinkPath.Follow(Path.TrimEndingDirectorySeparator(path)));
        TargetFolder.RequireWritable(folder);
        TargetFolder.RequireSpace(folder, bytes, $"'{path}'");
    }

    /// <summary>Tries what saving or loading an ML.NET model needs besides the model's file.</summary>
    /// <remarks>ML.NET makes the folder where it is missing, writes each part of the model into it, and packs it from there.</remarks>
    /// <param name="temporary">The context's temporary folder.</param>
    /// <param name="bytes">The size of the model, about; 0 where nobody knows.</param>
    /// <inheritdoc cref="File" path="/exception"/>
    public static void TemporaryFolder(string temporary, long bytes = 0)
    {
        try
        {
            string folder = TargetFolder.Existing(LinkPath.Follow(temporary));
            TargetFolder.RequireWritable(folder);
            TargetFolder.RequireSpace(folder, bytes, "the model");
        }
        catch (UnauthorizedAccessException error)
        {
            throw new UnauthorizedAccessException($"{Temporary} {error.Message}", error);
        }
        catch (IOException error)
        {
            throw new IOException($"{Temporary} {error.Message}", error);
        }
    }

    /// <summary>Tries all that saving an ML.NET model needs: the file, the temporary folder, and room for both.</summary>
    /// <param name="path">The model's file.</param>
    /// <param name="temporary">The context's temporary folder.</param>
    /// <param name="bytes">How large the model will be, about.</param>
    /// <param name="createsFolder">Whether a folder that is missing will be made.</param>
    /// <inheritdoc cref="File" path="/exception"/>
    public static void Model(string path, string temporary, long bytes, bool createsFolder = false)
    {
        File(path, bytes, createsFolder);
        bool share = FileIdentity.OnOneDisk(path, temporary);
        TemporaryFolder(temporary, share ? 2 * bytes : bytes);
    }
}
