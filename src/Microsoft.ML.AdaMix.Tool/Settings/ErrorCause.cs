using System.Reflection;

namespace Microsoft.ML.AdaMix.Tool.Settings;

/// <summary>What an error is about, below what only passed it on.</summary>
internal static class ErrorCause
{
    // ML.NET says of what its cursors' threads met that somebody who waited met it.
    private static readonly string[] Passing = ["Microsoft.ML.Core", "Microsoft.ML.Data"];

    /// <summary>The innermost error that is not told by one around it.</summary>
    public static Exception Of(Exception error) => error.InnerException is { } inner && PassesOn(error) ? Of(inner) : error;

    private static bool PassesOn(Exception error) =>
        error is TargetInvocationException or TypeInitializationException or AggregateException { InnerExceptions.Count: 1 }
        || Passing.Contains(error.Source, StringComparer.Ordinal);
}
