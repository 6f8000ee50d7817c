using System.Globalization;

namespace Microsoft.ML.AdaMix.Hub;

/// <summary>What is set, by options or by the environment variables that huggingface_hub reads.</summary>
internal sealed record HubSettings
{
    private static readonly string[] True = ["1", "ON", "YES", "TRUE"];
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Folder of the cache.</summary>
    public required string CacheFolder { get; init; }

    /// <summary>Address of the hub, which ends with a slash.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>The access token; null for none.</summary>
    public required string? Token { get; init; }

    /// <summary>Where the token is from, for messages.</summary>
    public required string TokenSource { get; init; }

    /// <summary>What says that no connection is to be opened; null where one may be.</summary>
    public required string? OfflineBy { get; init; }

    /// <summary>How long an answer may let itself be waited for.</summary>
    public TimeSpan AnswerTimeout { get; init; } = DefaultTimeout;

    /// <summary>How long the next bytes of a file may.</summary>
    public TimeSpan DataTimeout { get; init; } = DefaultTimeout;

    /// <param name="options">What was set in code.</param>
    /// <param name="variable">Gives the value of an environment variable; null for the process's own.</param>
    /// <exception cref="ArgumentException">The address of the hub is none.</exception>
    public static HubSettings Find(HubOptions? options = null, Func<string, string?>? variable = null)
    {
        options ??= new HubOptions();
        HubVariables variables = new(variable ?? Environment.GetEnvironmentVariable);
        string home = variables.Path("HF_HOME") ?? Path.Combine(
            variables.Text("XDG_CACHE_HOME") ?? Path.Combine(HubVariables.UserFolder, ".cache"), "huggingface");
        (string? token, string source) = FindToken(options, variables, home);
        return new HubSettings
        {
            CacheFolder = Path.GetFullPath(
                options.CacheFolder ?? variables.Path("HF_HUB_CACHE") ?? variables.Path("HUGGINGFACE_HUB_CACHE")
                ?? Path.Combine(home, "hub")),
            Endpoint = options.Endpoint is { } given
                ? Address(given, "HubOptions.Endpoint")
                : Address(variables.Text("HF_ENDPOINT") ?? "https://huggingface.co", "HF_ENDPOINT"),
            Token = token,
            TokenSource = source,
            OfflineBy = options.Offline is { } offline
                ? (offline ? "HubOptions.Offline" : null)
                : Array.Find(["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"], name => IsTrue(variables.Text(name))),
            AnswerTimeout = Seconds(variables.Text("HF_HUB_ETAG_TIMEOUT")),
            DataTimeout = Seconds(variables.Text("HF_HUB_DOWNLOAD_TIMEOUT")),
        };
    }

    private static (string? Token, string Source) FindToken(HubOptions options, HubVariables variables, string home)
    {
        if (options.Token is not null)
        {
            return (Clean(options.Token), "HubOptions.Token");
        }

        if (IsTrue(variables.Text("HF_HUB_DISABLE_IMPLICIT_TOKEN")))
        {
            return (null, "HF_HUB_DISABLE_IMPLICIT_TOKEN");
        }

        foreach (string name in (string[])["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"])
        {
            if (Clean(variables.Text(name)) is { } token)
            {
                return (token, name);
            }
        }

        string file = variables.Path("HF_TOKEN_PATH") ?? Path.Combine(home, "token");
        return (File.Exists(file) ? Clean(File.ReadAllText(file)) : null, $"'{file}'");
    }

    private static Uri Address(string address, string source) =>
        !Uri.TryCreate(address.TrimEnd('/') + '/', UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("http" or "https")
            ? throw new ArgumentException(
                $"'{address}' ({source}) is no address of a hub; expected is one such as https://huggingface.co.")
        : uri.UserInfo.Length > 0
            ? throw new ArgumentException(
                $"The address of the hub ({source}) has a name or a password in it, which are not sent. Leave them out; give a token.")
        : uri;

    private static string? Clean(string? token) =>
        token?.ReplaceLineEndings(string.Empty).Trim() is { Length: > 0 } clean ? clean : null;

    private static bool IsTrue(string? value) => value is not null && True.Contains(value.ToUpperInvariant(), StringComparer.Ordinal);

    private static TimeSpan Seconds(string? value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) && seconds > 0
            ? TimeSpan.FromSeconds(seconds)
            : DefaultTimeout;
}
