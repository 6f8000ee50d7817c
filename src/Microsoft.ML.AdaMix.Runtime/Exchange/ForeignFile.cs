namespace Microsoft.ML.AdaMix.Exchange;

/// <summary>A file of a folder that is written.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Write">Writes its content.</param>
internal sealed record ForeignFile(string Name, Action<Stream> Write);
