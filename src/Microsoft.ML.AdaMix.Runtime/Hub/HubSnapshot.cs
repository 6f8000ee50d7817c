namespace Microsoft.ML.AdaMix.Hub;

/// <summary>An encoder's files of one commit, in the cache.</summary>
/// <param name="Address">Where they are from, with the commit.</param>
/// <param name="Folder">The folder that they are in.</param>
internal sealed record HubSnapshot(HubAddress Address, string Folder);
