namespace Microsoft.ML.AdaMix.ModelFiles;

/// <summary>What a file says of a model in it; nothing of it is loaded, and no encoder is needed.</summary>
/// <param name="Place">The model's folder in the file; empty where it stands alone.</param>
/// <param name="Format">The format that was written, as docs/file-formats.md numbers them.</param>
/// <param name="Manifest">Its manifest.</param>
internal sealed record ModelDescription(string Place, string Format, ModelManifest Manifest)
{
    /// <summary>SHA-256 of the encoder, be it in the file or not.</summary>
    public string EncoderSha256 => (Manifest.OtherEncoder ?? Manifest.OwnEncoder()).Sha256();
}
