namespace Microsoft.ML.AdaMix.Hub;

/// <summary>An encoder of the hub, whose files are here or are fetched once, when they are first needed.</summary>
/// <remarks>Safe for use by many threads.</remarks>
internal sealed class HubReference
{
    private readonly Lock _lock = new();
    private readonly HubAddress _address;
    private readonly Func<HubSnapshot> _fetch;
    private volatile HubSnapshot? _fetched;

    /// <param name="fetched">The files.</param>
    public HubReference(HubSnapshot fetched)
    {
        (_address, _fetched) = (fetched.Address, fetched);
        _fetch = () => fetched;
    }

    /// <param name="address">Where it is.</param>
    /// <param name="fetch">Fetches the files; once more where it failed.</param>
    public HubReference(HubAddress address, Func<HubSnapshot> fetch) => (_address, _fetch) = (address, fetch);

    /// <summary>Its address: with the commit as soon as that is known.</summary>
    public string Name => (_fetched?.Address ?? _address).ToString();

    /// <summary>The folder of its files.</summary>
    public string Folder()
    {
        lock (_lock)
        {
            return (_fetched ??= _fetch()).Folder;
        }
    }
}
