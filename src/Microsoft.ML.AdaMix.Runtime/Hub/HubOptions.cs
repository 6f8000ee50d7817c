namespace Microsoft.ML.AdaMix;

/// <summary>How encoders come from the hub. What is not set is as huggingface_hub has it, by the same environment variables.</summary>
/// <remarks>Proxies are those of the system: <c>HTTPS_PROXY</c>, <c>HTTP_PROXY</c>, <c>ALL_PROXY</c>, <c>NO_PROXY</c>.</remarks>
public sealed class HubOptions
{
    /// <summary>Folder of the cache, which Python uses too.</summary>
    /// <value>
    /// Null, the default, is <c>HF_HUB_CACHE</c>, otherwise <c>hub</c> in <c>HF_HOME</c>, otherwise <c>~/.cache/huggingface/hub</c>.
    /// </value>
    public string? CacheFolder { get; init; }

    /// <summary>Address of the hub, or of one that answers as it does.</summary>
    /// <value>Null, the default, is <c>HF_ENDPOINT</c>, otherwise <c>https://huggingface.co</c>.</value>
    public string? Endpoint { get; init; }

    /// <summary>Access token, which is sent to <see cref="Endpoint"/> only.</summary>
    /// <value>
    /// Null, the default, is <c>HF_TOKEN</c>, otherwise what <c>hf auth login</c> has left in a file; an empty string is none.
    /// </value>
    public string? Token { get; init; }

    /// <summary>Whether only the cache is used, and no connection is opened.</summary>
    /// <value>Null, the default, is <c>HF_HUB_OFFLINE</c>, otherwise false.</value>
    public bool? Offline { get; init; }

    /// <summary>Told how far a download is. Null, the default, for nobody.</summary>
    public IProgress<HubProgress>? Progress { get; init; }

    /// <summary>Told what is not as expected and does no harm, as where the hub cannot be reached and the cache is used.</summary>
    /// <value>Null, the default, for nobody.</value>
    public Action<string>? Warn { get; init; }
}
