using Microsoft.ML.AdaMix.Files;

namespace Microsoft.ML.AdaMix.ModelFiles;

/// <summary>
/// Writes the parts of a model and notes their lengths and hashes, which the manifest then says.
/// <see cref="ModelPartReader"/> reads them.
/// </summary>
internal sealed class ModelPartWriter(ModelSaveContext context)
{
    private readonly Dictionary<string, ModelPart> _written = new(StringComparer.Ordinal);

    /// <summary>The parts written so far.</summary>
    public Dictionary<string, ModelPart> Written => new(_written, StringComparer.Ordinal);

    public void Write(string name, Action<Stream> write)
    {
        using HashingStream hashing = new();
        context.SaveBinaryStream(name, writer =>
        {
            writer.Flush();
            PackingFolders.Mark(writer.BaseStream);
            hashing.Target = writer.BaseStream;
            write(hashing);
        });
        _written.Add(name, new ModelPart(hashing.Length, hashing.Hash()));
    }

    /// <summary>Writes the manifest behind its SHA-256; it has no entry in itself.</summary>
    public void WriteManifest(ModelManifest manifest) =>
        context.SaveBinaryStream(ModelFormat.ManifestPart, writer => ManifestPart.Write(writer, manifest));
}
