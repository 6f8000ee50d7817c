using Microsoft.ML.AdaMix.Files;

namespace Microsoft.ML.AdaMix.Testing;

/// <summary>The disk, whose n-th operation fails; or at which the process is killed, so that all later ones do nothing.</summary>
/// <remarks>Nothing is flushed: that takes long, and the machine goes on.</remarks>
/// <param name="at">Which operation, counted from 1; one that never comes lets this count them.</param>
/// <param name="fault">What becomes of it. Of a write, half is done before.</param>
internal sealed class FaultyDisk(int at, Fault fault) : IFileSystem
{
    private readonly List<IDisposable> _open = [];

    /// <summary>How many operations there were.</summary>
    public int Count { get; private set; }

    /// <summary>The operation that failed; null as long as none did.</summary>
    public string? Hit { get; private set; }

    public bool IsDead { get; private set; }

    public Stream Create(string path, UnixFileMode? mode) =>
        Do(nameof(Create), () => (File)Opened(new File(this, Disk.Instance.Create(path, mode)))!);

    public void TryCreate(string path) => Do(nameof(TryCreate), () => Disk.Instance.TryCreate(path));

    public Stream Open(string path, FileStreamOptions options) =>
        Do(nameof(Open), () => (File)Opened(new File(this, Disk.Instance.Open(path, options)))!);

    public void Flush(Stream file) => Do(nameof(Flush), () => Assert.IsInstanceOfType<File>(file));

    public void FlushFolder(string folder) => Do(nameof(FlushFolder), () => Assert.IsTrue(Directory.Exists(folder)));

    public void TakeOver(string path, FileStatus old) => Do(nameof(TakeOver), () => Disk.Instance.TakeOver(path, old));

    public void Rename(string file, string name) => Do(nameof(Rename), () => Disk.Instance.Rename(file, name));

    public void RenameFolder(string folder, string name) => Do(nameof(RenameFolder), () => Disk.Instance.RenameFolder(folder, name));

    public bool Exchange(string one, string other) => Do(nameof(Exchange), () => CanExchange && Disk.Instance.Exchange(one, other));

    public void CreateLink(string path, string target) => Do(nameof(CreateLink), () =>
    {
        if (!CanLink)
        {
            throw Fault.NoPermission.Error(); // Windows, without the right
        }

        Disk.Instance.CreateLink(path, target);
    });

    public void Delete(string file) => Do(nameof(Delete), () => Disk.Instance.Delete(file));

    public void CreateFolder(string folder, UnixFileMode? mode) =>
        Do(nameof(CreateFolder), () => Disk.Instance.CreateFolder(folder, mode));

    public IDisposable? Hold(string folder) => Do(nameof(Hold), () => Opened(Disk.Instance.Hold(folder)));

    public void DeleteFolder(string folder, bool recursive) =>
        Do(nameof(DeleteFolder), () => Disk.Instance.DeleteFolder(folder, recursive));

    /// <summary>Whether links can be made.</summary>
    public bool CanLink { get; init; } = true;

    /// <summary>Whether it has the call that exchanges two names.</summary>
    public bool CanExchange { get; init; } = true;

    /// <summary>Whether the failed operation was to remove something, which then stays until the next run.</summary>
    public bool HitRemoval => Hit is nameof(Delete) or nameof(DeleteFolder);

    private IDisposable? Opened(IDisposable? opened)
    {
        if (opened is not null)
        {
            _open.Add(opened);
        }

        return opened;
    }

    private void Do(string name, Action operation, Action? half = null) => Do<object?>(
        name,
        () =>
        {
            operation();
            return null;
        },
        half);

    private T Do<T>(string name, Func<T> operation, Action? half = null)
    {
        if (IsDead)
        {
            throw new KilledException();
        }

        if (++Count != at)
        {
            return operation();
        }

        Hit = name;
        half?.Invoke();
        if (fault == Fault.Kill)
        {
            IsDead = true;
            _open.ForEach(opened => opened.Dispose()); // the system closes what a process had open, and its locks end
        }

        throw fault.Error();
    }

    private sealed class File(FaultyDisk disk, Stream real) : Stream
    {
        public override bool CanRead => real.CanRead;

        public override bool CanSeek => real.CanSeek;

        public override bool CanWrite => real.CanWrite;

        public override long Length => real.Length;

        public override long Position
        {
            get => real.Position;
            set => real.Position = value;
        }

        public override void Write(byte[] buffer, int offset, int count) => disk.Do(
            nameof(Write), () => real.Write(buffer, offset, count), half: () => real.Write(buffer, offset, count / 2));

        public override void SetLength(long value) => disk.Do(nameof(SetLength), () => real.SetLength(value));

        public override void Flush() => real.Flush();

        public override int Read(byte[] buffer, int offset, int count) => real.Read(buffer, offset, count);

        public override long Seek(long offset, SeekOrigin origin) => real.Seek(offset, origin);

        protected override void Dispose(bool disposing)
        {
            real.Dispose();
            base.Dispose(disposing);
        }
    }
}
