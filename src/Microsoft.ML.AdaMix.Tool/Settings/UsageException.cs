namespace Microsoft.ML.AdaMix.Tool.Settings;

/// <summary>The command line is not valid, whatever the files hold: the exit code is 2, as for what the parser finds.</summary>
internal sealed class UsageException(string message) : Exception(message);
