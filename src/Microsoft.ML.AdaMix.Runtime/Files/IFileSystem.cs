namespace Microsoft.ML.AdaMix.Files;

/// <summary>Every operation by which this library changes files and folders, so that a test can let each of them fail.</summary>
/// <remarks>Looking at files is not among them. <see cref="Disk"/> is the one that works.</remarks>
internal interface IFileSystem
{
    /// <summary>Makes a file that is not there yet, without a buffer, and holds it against whoever would have it alone.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mode">Its mode; null leaves it to the system.</param>
    Stream Create(string path, UnixFileMode? mode);

    /// <summary>Tries whether a file can be made. Nothing of it is left, where the system has nameless files not even by a kill.</summary>
    void TryCreate(string path);

    /// <summary>Opens a file for writing, without a buffer. Nothing of it changes yet, except that it may be made.</summary>
    Stream Open(string path, FileStreamOptions options);

    /// <summary>Lets the disk have what a file of this file system holds.</summary>
    void Flush(Stream file);

    /// <summary>Lets the disk have a folder's names. Does nothing where the system has no such call.</summary>
    void FlushFolder(string folder);

    /// <summary>Gives a new file or folder the owner and the mode of an older one, as far as this user may. Not on Windows.</summary>
    void TakeOver(string path, FileStatus old);

    /// <summary>Gives a file another name; a file that has it is replaced.</summary>
    void Rename(string file, string name);

    /// <summary>Gives a folder another name, which nothing has.</summary>
    void RenameFolder(string folder, string name);

    /// <summary>Lets two files, or two folders, take each other's names at once.</summary>
    /// <returns>Whether that is done: not every system and file system has the call.</returns>
    bool Exchange(string one, string other);

    /// <summary>Makes a symbolic link to a file, which need not be there.</summary>
    /// <param name="path">The link, of a name that nothing has.</param>
    /// <param name="target">Where it leads, as it stands in the link: relative to the link's folder, or from the root.</param>
    void CreateLink(string path, string target);

    void Delete(string file);

    /// <summary>Makes a folder, with those above it.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="mode">Its mode; null leaves it to the system.</param>
    void CreateFolder(string folder, UnixFileMode? mode = null);

    /// <summary>Holds a folder against whoever would hold it too.</summary>
    /// <returns>What lets it go; null where somebody else holds it, or where the system cannot hold folders.</returns>
    IDisposable? Hold(string folder);

    void DeleteFolder(string folder, bool recursive);
}
