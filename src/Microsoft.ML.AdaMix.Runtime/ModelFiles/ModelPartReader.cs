using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Files;

namespace Microsoft.ML.AdaMix.ModelFiles;

/// <summary>
/// Reads the parts that a manifest names. Each is compared with the manifest: its length before anything is allocated for it, its SHA-256
/// while it is read.
/// </summary>
internal sealed class ModelPartReader
{
    private readonly ModelLoadContext _context;
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    /// <summary>Reads the manifest.</summary>
    /// <exception cref="InvalidDataException">It is missing, was altered or is not valid.</exception>
    public ModelPartReader(ModelLoadContext context)
    {
        _context = context;
        ModelManifest? manifest = null;
        Load(ModelFormat.ManifestPart, stream => manifest = ManifestPart.Read(stream, stream.Length));
        Manifest = manifest!;
    }

    public ModelManifest Manifest { get; }

    /// <summary>Reads a small part.</summary>
    /// <param name="name">The part.</param>
    /// <param name="most">Bytes that it may have.</param>
    public byte[] ReadArray(string name, int most)
    {
        byte[] content = [];
        Read(name, (stream, length) => content = ReadArray(stream, name, length, most));
        return content;
    }

    /// <summary>
    /// Reads weights, which may have more than 2 GB. Their bytes are kept after <paramref name="read"/> only where its tensors lie in them.
    /// </summary>
    public T ReadTensors<T>(string name, Func<ITensorSource, T> read)
    {
        ByteRegion? region = null;
        try
        {
            Read(name, (stream, length) => region = ByteRegion.Read(stream, length));
            return read(SafetensorsFile.Open(region!, name));
        }
        finally
        {
            region?.Release();
        }
    }

    /// <summary>Checks the parts that were not read, without keeping them.</summary>
    public void CheckRest()
    {
        foreach (string name in Manifest.Parts.Keys.Where(name => !_read.Contains(name)).ToArray())
        {
            Read(name, (stream, _) => stream.CopyTo(Stream.Null));
        }
    }

    private void Read(string name, Action<Stream, long> read)
    {
        if (!Manifest.Parts.TryGetValue(name, out ModelPart? part))
        {
            throw new InvalidDataException(
                $"The model's manifest names no part '{name}'; it was not written by Microsoft.ML.AdaMix. Save the model again.");
        }

        Load(name, stream =>
        {
            if (stream.Length != part.Length)
            {
                throw new InvalidDataException(
                    $"The model's part '{name}' has {stream.Length} bytes; expected from its manifest are {part.Length}."
                    + " The file is damaged; save the model again.");
            }

            using HashingStream hashing = new() { Target = stream };
            read(hashing, part.Length);
            string found = hashing.Hash();
            if (found != part.Sha256)
            {
                throw new InvalidDataException(
                    $"The model's part '{name}' of {part.Length} bytes has the SHA-256 {found};"
                    + $" expected from its manifest is {part.Sha256}."
                    + " The file is damaged; save the model again.");
            }
        });
        _read.Add(name);
    }

    // ML.NET unpacks an entry into a temporary file, or into memory, before it gives the stream, so that the length is known.
    private void Load(string name, Action<Stream> read)
    {
        if (!_context.TryLoadBinaryStream(name, reader =>
            {
                PackingFolders.Mark(reader.BaseStream);
                read(reader.BaseStream);
            }))
        {
            throw new InvalidDataException(
                $"The model has no part '{name}'; the file is truncated or not a model of Microsoft.ML.AdaMix.");
        }
    }

    private static byte[] ReadArray(Stream stream, string name, long length, int most)
    {
        if (length > most)
        {
            throw new InvalidDataException(
                $"The model's part '{name}' has {length} bytes; at most {most} can be read."
                + " The file is damaged; save the model again.");
        }

        byte[] content = GC.AllocateUninitializedArray<byte>((int)length);
        stream.ReadExactly(content);
        return content;
    }
}
