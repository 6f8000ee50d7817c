using System.IO.MemoryMappedFiles;

namespace Microsoft.ML.AdaMix.Reliability.Kills;

/// <summary>What a child says of itself, in memory that outlives it.</summary>
internal sealed class ChildState : IDisposable
{
    private const int Size = 64;
    private const int ReadyAt = 0;
    private const int OperationAt = 4;
    private const int DoneAt = 8;

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    private ChildState(MemoryMappedFile file) => (_file, _view) = (file, file.CreateViewAccessor(0, Size));

    /// <summary>Whether the child is at its work, and may be killed.</summary>
    public bool IsReady
    {
        get => _view.ReadInt32(ReadyAt) != 0;
        set => _view.Write(ReadyAt, value ? 1 : 0);
    }

    /// <summary>What it is doing.</summary>
    public Operation Operation
    {
        get => (Operation)_view.ReadInt32(OperationAt);
        set => _view.Write(OperationAt, (int)value);
    }

    /// <summary>How many pieces of work are done and on disk, over all children of a folder.</summary>
    public long Done
    {
        get => _view.ReadInt64(DoneAt);
        set => _view.Write(DoneAt, value);
    }

    /// <summary>That of a folder's children.</summary>
    public static ChildState Open(string folder) =>
        new(MemoryMappedFile.CreateFromFile(Path.Combine(folder, "state"), FileMode.OpenOrCreate, null, Size));

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }
}

/// <summary>Where a kill hits.</summary>
internal enum Operation
{
    /// <summary>Between two operations on files, or in one of another library.</summary>
    Computing,
    Create,
    Open,
    Write,
    Flush,
    FlushFolder,
    TakeOver,
    Rename,
    Exchange,
    Delete,
    CreateFolder,
    DeleteFolder,
}
