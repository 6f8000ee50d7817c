namespace Microsoft.ML.AdaMix.Files;

/// <summary>What stands at a path, links followed.</summary>
internal enum FileKind
{
    Regular,
    Folder,

    /// <summary>A named or nameless pipe.</summary>
    Pipe,

    /// <summary>A device of characters: a terminal, /dev/null.</summary>
    Device,

    /// <summary>A disk.</summary>
    BlockDevice,
    Socket,
}

/// <summary>What Unix knows of a file and .NET does not tell. Device and number together say which file it is.</summary>
internal readonly record struct FileStatus(FileKind Kind, UnixFileMode Mode, uint User, uint Group, ulong Device, ulong Number)
{
    /// <summary>Whether another disk or folder is mounted there, as far as the system says.</summary>
    public bool IsMount { get; init; }

    private const UnixFileMode Write = UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>Whether nobody may write it. That holds for root too here, whom the system lets write anything.</summary>
    public bool IsReadOnly => (Mode & Write) == UnixFileMode.None;

    /// <summary>The mode as chmod takes it.</summary>
    public string Octal => Convert.ToString((int)Mode, 8).PadLeft(3, '0');
}
