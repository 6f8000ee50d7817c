namespace Microsoft.ML.AdaMix.Reliability.Mutation;

/// <summary>A folder for files of one thread, in memory where the system has such folders.</summary>
internal sealed class Scratch : IDisposable
{
    private const string InMemory = "/dev/shm";

    public Scratch() => Directory.CreateDirectory(Folder);

    public string Folder { get; } = Path.Combine(
        Directory.Exists(InMemory) ? InMemory : Path.GetTempPath(), $"adamix-mutations-{Path.GetRandomFileName()}");

    public string File(string name) => Path.Combine(Folder, name);

    /// <summary>Writes a file.</summary>
    /// <returns>Its path.</returns>
    public string Write(string name, ReadOnlySpan<byte> content)
    {
        string path = File(name);
        System.IO.File.WriteAllBytes(path, content);
        return path;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
