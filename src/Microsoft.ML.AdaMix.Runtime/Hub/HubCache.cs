using Microsoft.ML.AdaMix.Files;

namespace Microsoft.ML.AdaMix.Hub;

/// <summary>A repository in the cache of huggingface_hub, as version 0.8 and all later ones lay it out.</summary>
/// <remarks>
/// <c>blobs</c> has the contents by their tags, <c>snapshots</c> a folder a commit with links to them, <c>refs</c> for each branch and
/// tag the commit that it led to, <c>.no_exist</c> an empty file for each that a commit is known not to have.
/// </remarks>
internal sealed class HubCache
{
    private const int LongestCommit = 64;
    private const int MostRevisions = 5;

    private readonly string _locks;

    public HubCache(string folder, HubAddress address)
    {
        string name = $"models--{address.Repository.Replace("/", "--", StringComparison.Ordinal)}";
        Folder = Path.Combine(folder, name);
        _locks = Path.Combine(folder, ".locks", name);
    }

    /// <summary>The repository's folder.</summary>
    public string Folder { get; }

    /// <summary>Whether a commit's or a content's name is one that can be a file's name, and leads nowhere else.</summary>
    public static bool IsName(string name, int longest = LongestCommit) =>
        name.Length > 0 && name.Length <= longest && name[0] != '.' && name.All(
            letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.');

    /// <summary>The folder of a commit.</summary>
    public string Snapshot(string commit) => Path.Combine(Folder, "snapshots", commit);

    /// <summary>A content, whether it is there or not.</summary>
    public string Blob(string tag) => Path.Combine(Folder, "blobs", tag);

    /// <summary>Whether a commit's file is here.</summary>
    public bool Has(string commit, string file) => File.Exists(Path.Combine(Snapshot(commit), file));

    /// <summary>Whether a commit is known not to have a file.</summary>
    public bool IsAbsent(string commit, string file) => File.Exists(AbsencePath(commit, file));

    /// <summary>Notes that a commit does not have a file, as far as the cache may be written.</summary>
    public void NoteAbsence(string commit, string file) => TryWrite(AbsencePath(commit, file), []);

    /// <summary>The commit that a revision last led to; null where it was never asked for.</summary>
    public string? CommitOf(HubAddress address)
    {
        if (address.IsCommit)
        {
            return address.Revision;
        }

        string path = RefPath(address.Revision);
        return new FileInfo(path) is { Exists: true, Length: <= 2 * LongestCommit }
            && File.ReadAllText(path).Trim() is var commit && IsName(commit) ? commit : null;
    }

    /// <summary>The branches and tags that were asked for, some of them where there are many.</summary>
    public IReadOnlyList<string> Revisions()
    {
        string refs = Path.Combine(Folder, "refs");
        return !Directory.Exists(refs) ? [] : [.. Directory.EnumerateFiles(refs, "*", SearchOption.AllDirectories).Take(MostRevisions)
            .Select(file => Path.GetRelativePath(refs, file).Replace(Path.DirectorySeparatorChar, '/')).Order(StringComparer.Ordinal)];
    }

    /// <summary>Notes the commit that a revision leads to, as far as the cache may be written.</summary>
    public void NoteCommit(HubAddress address, string commit)
    {
        if (CommitOf(address) != commit)
        {
            TryWrite(RefPath(address.Revision), System.Text.Encoding.ASCII.GetBytes(commit));
        }
    }

    /// <summary>Gives a content that is here a name in a commit's folder.</summary>
    public void Link(string commit, string file, string tag, bool isNew) =>
        LinkedFile.Make(Path.Combine(Snapshot(commit), file), Blob(tag), isNew);

    /// <summary>Makes the folder of the contents.</summary>
    public void CreateFolders() => AtomicFile.CreateFolder(Blob("any"));

    /// <summary>Takes the lock of a content, which Python takes too; null while another process has it.</summary>
    public IDisposable? TryLock(string tag) => SharedLock.TryTake(Path.Combine(_locks, $"{tag}.lock"));

    private string AbsencePath(string commit, string file) => Path.Combine(Folder, ".no_exist", commit, file);

    private string RefPath(string revision) => Path.Combine([Folder, "refs", .. revision.Split('/')]);

    private static void TryWrite(string path, byte[] content)
    {
        try
        {
            AtomicFile.CreateFolder(path);
            AtomicFile.Write(path, stream => stream.Write(content));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A cache that may only be read serves as well; the question is asked again.
        }
    }
}
