namespace Microsoft.ML.AdaMix.Hub;

/// <summary>An encoder of the hub, which is fetched once: when it was asked for, or when it is first needed.</summary>
/// <remarks>Safe for use by many threads.</remarks>
/// <param name="address">Where it is.</param>
/// <param name="options">How it is fetched.</param>
/// <param name="fetched">Its files, if they are here.</param>
internal sealed class HubReference(HubAddress address, HubOptions? options, HubSnapshot? fetched)
{
    private readonly Lock _lock = new();
    private volatile HubSnapshot? _fetched = fetched;

    /// <summary>Its address: with the commit as soon as that is known.</summary>
    public string Name => (_fetched?.Address ?? address).ToString();

    /// <summary>The folder of its files, which are fetched now if they are not there yet.</summary>
    public string Folder()
    {
        lock (_lock)
        {
            _fetched ??= FetchNow(address, options, CancellationToken.None);
            return _fetched.Folder;
        }
    }

    /// <summary>Fetches and waits; away from the caller's context, which may not let others in meanwhile.</summary>
    public static HubSnapshot FetchNow(HubAddress address, HubOptions? options, CancellationToken cancellation) =>
        Task.Run(() => HubEncoders.Fetch(address, options, cancellation), CancellationToken.None).GetAwaiter().GetResult();
}
