using System.IO.Compression;
using System.Security.Cryptography;

namespace Microsoft.ML.AdaMix.Persistence;

/// <summary>Saved models in memory, and ways to damage them.</summary>
internal static class SavedModels
{
    public static byte[] Save(ITransformer model, DataViewSchema? schema = null)
    {
        using MemoryStream stream = new();
        new MLContext().Model.Save(model, schema, stream);
        return stream.ToArray();
    }

    public static ITransformer Load(byte[] saved)
    {
        using MemoryStream stream = new(saved);
        return new MLContext().Model.Load(stream, out _);
    }

    /// <summary>The classifier in a saved model, alone or in the chain that ML.NET makes of it.</summary>
    public static AdaMixTransformer LoadClassifier(byte[] saved)
    {
        ITransformer loaded = Load(saved);
        return loaded as AdaMixTransformer ?? ((IEnumerable<ITransformer>)loaded).OfType<AdaMixTransformer>().Single();
    }

    /// <summary>Names of the zip's entries.</summary>
    public static string[] Entries(byte[] saved)
    {
        using ZipArchive zip = new(new MemoryStream(saved));
        return [.. zip.Entries.Select(entry => entry.FullName)];
    }

    /// <summary>A copy in which one entry's content was changed and everything else, checksums of the zip included, is in order.</summary>
    public static byte[] WithEntry(byte[] saved, string name, Func<byte[], byte[]> change)
    {
        using MemoryStream stream = new();
        stream.Write(saved);
        using (ZipArchive zip = new(stream, ZipArchiveMode.Update, leaveOpen: true))
        {
            ZipArchiveEntry entry = zip.GetEntry(name)!;
            using MemoryStream content = new();
            using (Stream old = entry.Open())
            {
                old.CopyTo(content);
            }

            entry.Delete();
            using Stream written = zip.CreateEntry(name).Open();
            written.Write(change(content.ToArray()));
        }

        return stream.ToArray();
    }

    /// <summary>A copy whose manifest, with its hash in order, was changed.</summary>
    public static byte[] WithManifest(byte[] saved, Func<ModelManifest, ModelManifest> change) =>
        WithEntry(saved, Array.Find(Entries(saved), name => name.EndsWith("AdaMix.manifest", StringComparison.Ordinal))!, content =>
        {
            byte[] changed = change(ModelManifest.Parse(content[SHA256.HashSizeInBytes..])).ToJson();
            return [.. SHA256.HashData(changed), .. changed];
        });
}
