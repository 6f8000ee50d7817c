using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML.AdaMix.Files;
using Microsoft.ML.AdaMix.Wording;

namespace Microsoft.ML.AdaMix.ModelFiles;

/// <summary>How manifests are written as JSON, and read so that nothing in them is skipped or made up.</summary>
internal static class ManifestJson
{
    /// <summary>Room for half a million labels; what is larger is damaged, or was made to be.</summary>
    public const int MostBytes = 32 << 20;

    private static readonly JsonSerializerOptions Loose = new(StrictJson.Options)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
    };

    /// <exception cref="InvalidOperationException">It is longer than what is read again.</exception>
    public static byte[] Write(ModelManifest manifest)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(manifest, manifest.GetType(), StrictJson.Options);
        return json.Length <= MostBytes ? json : throw new InvalidOperationException(
            $"The model's manifest would have {json.Length} bytes; at most {MostBytes} can be read again."
            + " Its labels take them: give shorter ones.");
    }

    /// <param name="json">The manifest.</param>
    /// <param name="what">What errors call it.</param>
    /// <param name="allowOthers">Whether it may hold what <typeparamref name="T"/> has not.</param>
    /// <exception cref="InvalidDataException">It is damaged, or holds what this version does not know.</exception>
    public static T Read<T>(ReadOnlySpan<byte> json, string what, bool allowOthers = false)
    {
        if (json.Length > MostBytes)
        {
            throw new InvalidDataException(
                $"{what} has {json.Length} bytes; expected are at most {MostBytes}. The file is damaged; save the model again.");
        }

        T? read;
        try
        {
            read = JsonSerializer.Deserialize<T>(json, allowOthers ? Loose : StrictJson.Options);
        }
        catch (Exception error) when (error is JsonException or ArgumentException or InvalidOperationException or NotSupportedException
            or FormatException or OverflowException)
        {
            throw new InvalidDataException(
                $"{what} is not valid: {Visible.Of(error.Message)} The file is damaged, or was written by a later version.", error);
        }

        if (read is null)
        {
            throw new InvalidDataException($"{what} is empty. The file is damaged; save the model again.");
        }

        (read as ModelManifest)?.Check(what);
        return read;
    }
}
