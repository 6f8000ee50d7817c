using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Microsoft.ML.AdaMix.Files;

namespace Microsoft.ML.AdaMix.ModelFiles;

/// <summary>Reads what a saved ML.NET model says of the AdaMix models in it, alone or within pipelines.</summary>
internal static class ModelDescriptions
{
    private const string HeaderPart = "Model.key";
    private const int LargestHeader = 1 << 16;

    /// <param name="path">A zip, as ML.NET saves it.</param>
    /// <exception cref="InvalidDataException">It is no zip, has no AdaMix model in it, or one that is not valid.</exception>
    public static IReadOnlyList<ModelDescription> Read(string path)
    {
        using FileStream file = File.OpenRead(path);
        using ZipArchive zip = new(file);
        ZipBounds.Check(zip, file.Length);
        ModelDescription[] found = Describe(zip);
        return found.Length > 0
            ? found
            : throw new InvalidDataException($"'{path}' has no AdaMix model in it; expected is a model that Microsoft.ML.AdaMix trained.");
    }

    private static bool IsManifest(ZipArchiveEntry entry) => NameIn(entry.FullName) == ModelFormat.ManifestPart;

    private static ModelDescription[] Describe(ZipArchive zip)
    {
        try
        {
            return [.. zip.Entries.Where(IsManifest).Select(entry => Describe(zip, entry))];
        }
        catch (Exception error) when (ZipBounds.Damaged(error) && error is not InvalidDataException)
        {
            throw new InvalidDataException($"The zip archive is damaged: {error.Message}", error);
        }
    }

    private static ModelDescription Describe(ZipArchive zip, ZipArchiveEntry manifest)
    {
        string place = manifest.FullName[..^ModelFormat.ManifestPart.Length];
        ZipArchiveEntry header = zip.GetEntry(place + HeaderPart)
            ?? throw new InvalidDataException($"There is no '{place}{HeaderPart}' beside '{manifest.FullName}'; the file is damaged.");
        string format = Format(header);
        using Stream stream = manifest.Open();
        return new ModelDescription(place.TrimEnd('/', '\\'), format, ManifestPart.Read(stream, manifest.Length));
    }

    // Behind the signature stand the format that was written and the oldest whose readers understand it.
    private static string Format(ZipArchiveEntry header)
    {
        byte[] content = new byte[Math.Min(header.Length, LargestHeader)];
        using (Stream stream = header.Open())
        {
            stream.ReadExactly(content);
        }

        byte[] signature = Encoding.ASCII.GetBytes(ModelFormat.ModelSignature);
        int versions = content.AsSpan().IndexOf(signature) + signature.Length;
        if (versions < signature.Length || versions + (2 * sizeof(uint)) > content.Length)
        {
            throw new InvalidDataException($"'{header.FullName}' has not the signature {ModelFormat.ModelSignature}; the file is damaged.");
        }

        ModelFormat.RequireReadable(BinaryPrimitives.ReadUInt32LittleEndian(content.AsSpan(versions + sizeof(uint))));
        return $"0x{BinaryPrimitives.ReadUInt32LittleEndian(content.AsSpan(versions)):x8}";
    }

    // ML.NET writes the separator of its system.
    private static string NameIn(string entry) => entry[(entry.LastIndexOfAny(['/', '\\']) + 1)..];
}
