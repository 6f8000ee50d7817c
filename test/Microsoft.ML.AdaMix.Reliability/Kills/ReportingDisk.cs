using Microsoft.ML.AdaMix.Files;

namespace Microsoft.ML.AdaMix.Reliability.Kills;

/// <summary>The disk, which says what it is doing.</summary>
internal sealed class ReportingDisk(ChildState state) : IFileSystem
{
    public Stream Create(string path, UnixFileMode? mode) =>
        Do(Operation.Create, () => new ReportingStream(this, Disk.Instance.Create(path, mode)));

    public void TryCreate(string path) => Do(Operation.Create, () => Disk.Instance.TryCreate(path));

    public Stream Open(string path, FileStreamOptions options) =>
        Do(Operation.Open, () => new ReportingStream(this, Disk.Instance.Open(path, options)));

    public void Flush(Stream file) => Do(Operation.Flush, () => Disk.Instance.Flush(((ReportingStream)file).Real));

    public void FlushFolder(string folder) => Do(Operation.FlushFolder, () => Disk.Instance.FlushFolder(folder));

    public void TakeOver(string path, FileStatus old) => Do(Operation.TakeOver, () => Disk.Instance.TakeOver(path, old));

    public void Rename(string file, string name) => Do(Operation.Rename, () => Disk.Instance.Rename(file, name));

    public void RenameFolder(string folder, string name) => Do(Operation.Rename, () => Disk.Instance.RenameFolder(folder, name));

    public bool Exchange(string one, string other) => Do(Operation.Exchange, () => Disk.Instance.Exchange(one, other));

    public void CreateLink(string path, string target) => Do(Operation.Create, () => Disk.Instance.CreateLink(path, target));

    public void Delete(string file) => Do(Operation.Delete, () => Disk.Instance.Delete(file));

    public void CreateFolder(string folder, UnixFileMode? mode) =>
        Do(Operation.CreateFolder, () => Disk.Instance.CreateFolder(folder, mode));

    public IDisposable? Hold(string folder) => Do(Operation.Open, () => Disk.Instance.Hold(folder));

    public void DeleteFolder(string folder, bool recursive) =>
        Do(Operation.DeleteFolder, () => Disk.Instance.DeleteFolder(folder, recursive));

    private T Do<T>(Operation operation, Func<T> act)
    {
        state.Operation = operation;
        try
        {
            return act();
        }
        finally
        {
            state.Operation = Operation.Computing;
        }
    }

    private void Do(Operation operation, Action act) => Do(operation, () =>
    {
        act();
        return 0;
    });

    private sealed class ReportingStream(ReportingDisk disk, Stream real) : Stream
    {
        public Stream Real => real;

        public override bool CanRead => real.CanRead;

        public override bool CanSeek => real.CanSeek;

        public override bool CanWrite => real.CanWrite;

        public override long Length => real.Length;

        public override long Position
        {
            get => real.Position;
            set => real.Position = value;
        }

        public override void Write(byte[] buffer, int offset, int count) =>
            disk.Do(Operation.Write, () => real.Write(buffer, offset, count));

        public override void SetLength(long value) => disk.Do(Operation.Write, () => real.SetLength(value));

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
