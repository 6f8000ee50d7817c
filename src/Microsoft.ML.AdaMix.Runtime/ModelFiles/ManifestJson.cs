using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML.AdaMix.Files;

namespace Microsoft.ML.AdaMix.ModelFiles;

/// <summary>How manifests are written as JSON, and read so that nothing in them is skipped or made up.</summary>
internal static class ManifestJson
{
    private static readonly JsonSerializerOptions Loose = new(StrictJson.Options)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
    };

    public static byte[] Write(ModelManifest manifest) =>
        JsonSerializer.SerializeToUtf8Bytes(manifest, manifest.GetType(), StrictJson.Options);

    /// <param name="json">The manifest.</param>
    /// <param name="what">What errors call it.</param>
    /// <param name="allowOthers">Whether it may hold what <typeparamref name="T"/> has not.</param>
    /// <exception cref="InvalidDataException">It is damaged, or holds what this version does not know.</exception>
    public static T Read<T>(ReadOnlySpan<byte> json, string what, bool allowOthers = false)
    {
        T? read;
        try
        {
            read = JsonSerializer.Deserialize<T>(json, allowOthers ? Loose : StrictJson.Options);
        }
        catch (JsonException error)
        {
            throw new InvalidDataException(
                $"{what} is not valid: {error.Message} The file is damaged, or was written by a later version.", error);
        }

        if (read is null)
        {
            throw new InvalidDataException($"{what} is empty. The file is damaged; save the model again.");
        }

        (read as ModelManifest)?.Check(what);
        return read;
    }
}
