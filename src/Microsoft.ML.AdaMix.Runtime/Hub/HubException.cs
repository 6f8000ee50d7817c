using System.Net;

namespace Microsoft.ML.AdaMix;

/// <summary>What was asked of the hub could not be had. The message says what was asked, what came, and what to do.</summary>
public sealed class HubException : IOException
{
    internal HubException(string message, HttpStatusCode? statusCode = null, Exception? inner = null)
        : base(message, inner) => StatusCode = statusCode;

    /// <summary>What the hub answered with; null where it could not be reached, or its answer broke off.</summary>
    public HttpStatusCode? StatusCode { get; }

    /// <summary>Whether the same request may have another answer soon.</summary>
    internal bool IsPassing { get; init; }

    /// <summary>How long the hub asks to wait before the next request.</summary>
    internal TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether the repository or the revision is not there, so that a cached one is not what was asked for.</summary>
    internal bool IsAbsence { get; init; }
}
