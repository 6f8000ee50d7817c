using System.Net;
using System.Net.Http.Headers;

namespace Microsoft.ML.AdaMix.Hub;

/// <summary>Answers of the hub that are no success, in words that say what to do.</summary>
/// <remarks>The bodies of such answers are not read: they may be pages, of any length.</remarks>
internal static class HubAnswers
{
    private const string CodeHeader = "X-Error-Code";
    private const string MessageHeader = "X-Error-Message";
    private const int LongestMessage = 300;

    /// <summary>Whether an answer says that the revision is there and has no such file.</summary>
    public static bool IsMissingFile(HttpResponseMessage response) =>
        response.StatusCode == HttpStatusCode.NotFound && Header(response, CodeHeader) is null or "EntryNotFound";

    /// <summary>The error that an answer is.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="address">What was asked for.</param>
    /// <param name="file">Which file of it.</param>
    /// <param name="settings">Who asked.</param>
    /// <param name="now">The time.</param>
    public static HubException Error(
        HttpResponseMessage response, HubAddress address, string file, HubSettings settings, DateTimeOffset now)
    {
        HttpStatusCode status = response.StatusCode;
        string? code = Header(response, CodeHeader);
        bool isAbsence = code is "RevisionNotFound" || (status == HttpStatusCode.NotFound && code is "EntryNotFound");
        bool isPassing = status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError
            and not HttpStatusCode.NotImplemented;
        return new HubException($"{Describe(status, code, address, file, settings)}{Said(response)}", status)
        {
            IsPassing = isPassing,
            IsAbsence = isAbsence,
            RetryAfter = isPassing ? Wait(response.Headers.RetryAfter, now) : null,
        };
    }

    /// <summary>The value of a header; null where there is none, or an empty one.</summary>
    public static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out IEnumerable<string>? values) && values.FirstOrDefault() is { Length: > 0 } value
            ? value
            : null;

    private static string Describe(HttpStatusCode status, string? code, HubAddress address, string file, HubSettings settings)
    {
        string repository = $"'{address.Repository}'";
        string page = new Uri(settings.Endpoint, address.Repository).ToString();
        string answered = $"answered with {(int)status}";
        return (status, code) switch
        {
            (_, "GatedRepo") => $"The repository {repository} is gated: its authors ask who uses it ({answered}). Open {page}, log in and "
                + $"accept their conditions; then {Token(settings, "with read access to gated repositories")}.",
            (_, "DisabledRepo") => $"The repository {repository} was disabled by the hub ({answered}). Take another one.",
            (_, "RevisionNotFound") => $"The repository {repository} has no revision '{address.Revision}' ({answered}); expected is a "
                + $"branch, a tag or a commit. See {page}/commits/main.",
            (HttpStatusCode.NotFound, "EntryNotFound") =>
                $"The repository {repository} has no file '{file}' at revision '{address.Revision}' ({answered}). See {page}/tree/main.",
            (HttpStatusCode.Unauthorized, _) or (_, "RepoNotFound") => $"There is no repository {repository} on {settings.Endpoint}, or it "
                + $"is private ({answered}). Check owner and name; for a private one {Token(settings, "with read access to it")}.",
            (HttpStatusCode.Forbidden, _) => $"The hub does not give '{file}' of {repository} to this user ({answered}). Open {page} to "
                + $"see what it asks for, and {Token(settings, "with read access to it")}.",
            (HttpStatusCode.NotFound, _) => $"There is no '{file}' in {repository} at revision '{address.Revision}' on "
                + $"{settings.Endpoint}: the repository, the revision or the file is missing ({answered}). Check the names.",
            (HttpStatusCode.TooManyRequests, _) => $"The hub allows no more requests for now ({answered}). Wait"
                + $"{(settings.Token is null ? ", or give a token (HF_TOKEN), with which it allows more" : string.Empty)}.",
            (>= HttpStatusCode.InternalServerError, _) =>
                $"The hub {settings.Endpoint} cannot answer for '{file}' of {repository} ({answered}). Try again later.",
            (HttpStatusCode.ProxyAuthenticationRequired, _) =>
                $"The proxy asks for a name and a password ({answered}). Put them into HTTPS_PROXY, as in http://user:password@host:port.",
            _ => $"The hub {settings.Endpoint} {answered} for '{file}' of {repository} at revision '{address.Revision}'.",
        };
    }

    private static string Token(HubSettings settings, string kind) => settings.Token is null
        ? $"give a token {kind}, in the variable HF_TOKEN or by 'hf auth login'"
        : $"use a token {kind}: the one that was sent, from {settings.TokenSource}, has none";

    private static string Said(HttpResponseMessage response)
    {
        if (Header(response, MessageHeader) is not { } message)
        {
            return string.Empty;
        }

        string clean = string.Concat(message.Where(letter => !char.IsControl(letter)));
        return $" It says: {clean[..Math.Min(clean.Length, LongestMessage)]}";
    }

    private static TimeSpan? Wait(RetryConditionHeaderValue? header, DateTimeOffset now)
    {
        TimeSpan? wait = header?.Delta ?? header?.Date - now;
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }
}
