using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace Microsoft.ML.AdaMix.Hub;

/// <summary>Asks the hub. Follows redirects itself, so that the token goes to the hub and to nobody else.</summary>
/// <remarks>Nothing of an answer is trusted: lengths are bounded, names are checked. Safe for use by many threads.</remarks>
internal sealed class HubClient(HubSettings settings, HubClock clock) : IDisposable
{
    private const int MostRedirects = 10;
    private const int MostDrained = 1 << 16;
    private const string CommitHeader = "X-Repo-Commit";
    private const string TagHeader = "X-Linked-Etag";
    private const string SizeHeader = "X-Linked-Size";
    private static readonly ProductInfoHeaderValue Agent = new(
        "Microsoft.ML.AdaMix", typeof(HubClient).Assembly.GetName().Version?.ToString(3) ?? "0");

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = settings.AnswerTimeout,
        MaxResponseDrainSize = MostDrained,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Asks for a file without its content.</summary>
    /// <param name="address">The repository and a revision of it.</param>
    /// <param name="file">The file's name.</param>
    /// <param name="isNeeded">Whether it is an error where the revision has no such file.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <returns>Null where the revision has no such file.</returns>
    /// <exception cref="HubException">There is no such repository or revision, or nothing that can be used came.</exception>
    public async Task<HubFile?> Describe(HubAddress address, string file, bool isNeeded, CancellationToken cancellation)
    {
        HubFileDraft draft = new();
        HttpResponseMessage answer = await Send(HttpMethod.Head, address, file, from: 0, draft.IsAnsweredBy, cancellation);
        if (answer.StatusCode is HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented)
        {
            // Not known to the hub, or to what stands before it. The content is not read.
            answer.Dispose();
            draft = new HubFileDraft();
            answer = await Send(HttpMethod.Get, address, file, from: 0, draft.IsAnsweredBy, cancellation);
        }

        using (answer)
        {
            return !isNeeded && HubAnswers.IsMissingFile(answer) ? null
                : answer.IsSuccessStatusCode || IsRedirect(answer) ? draft.Complete(address, file, settings)
                : throw HubAnswers.Error(answer, address, file, settings, clock.Now());
        }
    }

    /// <summary>Asks for a file's content.</summary>
    /// <param name="file">The file.</param>
    /// <param name="from">The first byte that is wanted.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <returns>An answer with some content, from that byte or from the first.</returns>
    /// <exception cref="HubException">None came.</exception>
    public async Task<HttpResponseMessage> Open(HubFile file, long from, CancellationToken cancellation)
    {
        HttpResponseMessage answer = await Send(HttpMethod.Get, file.Address, file.Name, from, _ => false, cancellation);
        if (answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            return answer;
        }

        using (answer)
        {
            throw HubAnswers.Error(answer, file.Address, file.Name, settings, clock.Now());
        }
    }

    /// <summary>What a connection that failed is, as an error.</summary>
    public HubException Broken(Exception error, string what) => new(
        $"The hub {settings.Endpoint} {what}: {error.GetBaseException().Message.TrimEnd('.')}. Check the connection and the proxy "
        + "(HTTPS_PROXY); with HF_HUB_OFFLINE=1 only what is in the cache is used.",
        inner: error)
    {
        IsPassing = error is not HttpRequestException
        {
            HttpRequestError: HttpRequestError.SecureConnectionError or HttpRequestError.ConfigurationLimitExceeded
        },
    };

    public void Dispose() => _http.Dispose();

    private static bool IsRedirect(HttpResponseMessage answer) =>
        (int)answer.StatusCode is 301 or 302 or 303 or 307 or 308 && answer.Headers.Location is not null;

    private async Task<HttpResponseMessage> Send(
        HttpMethod method, HubAddress address, string file, long from, Func<HubAnswer, bool> isEnough, CancellationToken cancellation)
    {
        string path = $"{address.Repository}/resolve/{Uri.EscapeDataString(address.Revision)}/{Uri.EscapeDataString(file)}";
        Uri uri = new(settings.Endpoint, path);
        for (int redirects = 0; ; redirects++)
        {
            HttpResponseMessage answer = await Send(method, uri, from, cancellation);
            Uri? next = IsRedirect(answer) ? new Uri(uri, answer.Headers.Location!) : null;
            HubAnswer known = new(
                HubAnswers.Header(answer, CommitHeader), HubAnswers.Header(answer, TagHeader), HubAnswers.Header(answer, SizeHeader),
                answer.Headers.ETag?.ToString() ?? HubAnswers.Header(answer, "ETag"), answer.Content.Headers.ContentLength,
                LeadsAway: next is not null && !IsSameOrigin(next, uri), IsLast: next is null);
            if (isEnough(known) || next is null)
            {
                return answer;
            }

            answer.Dispose();
            if (redirects == MostRedirects)
            {
                throw new HubException($"The hub {settings.Endpoint} sends '{file}' of '{address.Repository}' in a circle of redirects.");
            }

            if (next.Scheme != uri.Scheme && next.Scheme != Uri.UriSchemeHttps)
            {
                throw new HubException(
                    $"The hub {settings.Endpoint} leads from {uri.Scheme} to {next.Scheme} ('{next.Host}') for '{file}' of "
                    + $"'{address.Repository}', which is not followed.");
            }

            uri = next;
        }
    }

    private async Task<HttpResponseMessage> Send(HttpMethod method, Uri uri, long from, CancellationToken cancellation)
    {
        using HttpRequestMessage request = new(method, uri);
        request.Headers.UserAgent.Add(Agent);
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity")); // lengths are those of the files
        if (settings.Token is { } token && IsSameOrigin(uri, settings.Endpoint))
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        }

        if (from > 0)
        {
            request.Headers.Range = new RangeHeaderValue(from, null);
        }

        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(settings.AnswerTimeout);
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException)
        {
            cancellation.ThrowIfCancellationRequested();
            string seconds = settings.AnswerTimeout.TotalSeconds.ToString("0.##", CultureInfo.InvariantCulture);
            throw Broken(
                patience.IsCancellationRequested ? new TimeoutException($"no answer came in {seconds} s") : error, "cannot be reached");
        }
    }

    private static bool IsSameOrigin(Uri one, Uri other) =>
        one.Scheme == other.Scheme && one.Host.Equals(other.Host, StringComparison.OrdinalIgnoreCase) && one.Port == other.Port;
}
