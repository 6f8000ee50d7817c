namespace Microsoft.ML.AdaMix.Tool.Terminal;

/// <summary>What the process says at its end.</summary>
internal static class ExitCodes
{
    public const int Success = 0;

    /// <summary>A file, data or training failed; the message says what.</summary>
    public const int Failure = 1;

    /// <summary>The command line is not valid, whatever the files hold; nothing was read or written.</summary>
    public const int Usage = 2;

    /// <summary>Ctrl+C, as shells have it; of SIGTERM and SIGHUP the process gives 143 and 129.</summary>
    public const int Cancelled = 130;

    public const string Help =
        "0 success; 1 a file, data or training failed, said on standard error; 2 a command line that is not valid, whatever the "
        + "files hold; 130 cancelled with Ctrl+C, 143 with SIGTERM, 129 by a terminal that closed.";
}
