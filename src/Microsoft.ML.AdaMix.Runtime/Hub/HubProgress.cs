namespace Microsoft.ML.AdaMix;

/// <summary>How far the download of a file is.</summary>
/// <param name="Repository">The repository: "FacebookAI/roberta-base".</param>
/// <param name="File">The file in it: "model.safetensors".</param>
/// <param name="Bytes">How much of it is here, what an earlier download left included.</param>
/// <param name="TotalBytes">How long it is.</param>
public sealed record HubProgress(string Repository, string File, long Bytes, long TotalBytes);
