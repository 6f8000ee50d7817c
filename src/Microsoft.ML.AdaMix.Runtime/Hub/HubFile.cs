namespace Microsoft.ML.AdaMix.Hub;

/// <summary>What the hub says of a file.</summary>
/// <param name="Address">Where it is, with the commit.</param>
/// <param name="Name">Its name in the repository.</param>
/// <param name="Tag">What its content is known by, on the hub and in the cache: SHA-256 or Git's SHA-1.</param>
/// <param name="Size">How long it is, in bytes.</param>
internal sealed record HubFile(HubAddress Address, string Name, string Tag, long Size);
