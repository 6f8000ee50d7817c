namespace Microsoft.ML.AdaMix.Testing;

/// <summary>What becomes of an operation on files.</summary>
internal enum Fault
{
    DiskFull,
    Quota,
    ReadOnlyDisk,
    NoPermission,
    NameTooLong,

    /// <summary>The process ends: nothing that comes after it happens, no cleaning up either.</summary>
    Kill,
}

/// <summary>What is thrown where a kill ends everything. Nothing but a test catches it.</summary>
internal sealed class KilledException() : Exception("The process was killed.");

internal static class Faults
{
    public static readonly Fault[] All = Enum.GetValues<Fault>();

    public static Exception Error(this Fault fault) => fault switch
    {
        Fault.DiskFull => new IOException("No space left on device", 28),
        Fault.Quota => new IOException("Disk quota exceeded", 122),
        Fault.ReadOnlyDisk => new IOException("Read-only file system", 30),
        Fault.NoPermission => new UnauthorizedAccessException("Permission denied"),
        Fault.NameTooLong => new PathTooLongException("File name too long"),
        _ => new KilledException(),
    };

    /// <summary>Whether an error is a fault's, or says so of it.</summary>
    public static bool IsOf(this Exception? error, Fault fault) => error is not null
        && (error.Message.Contains(fault.Error().Message, StringComparison.Ordinal) || error.InnerException.IsOf(fault));
}
