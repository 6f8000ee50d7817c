using System.Runtime.InteropServices;

namespace Microsoft.ML.AdaMix.Tool.Terminal;

/// <summary>
/// Ctrl+C, SIGTERM and SIGHUP (a terminal that closes) ask the running command to end in order; a second one ends the process at once.
/// </summary>
internal sealed partial class StopSignals : IDisposable
{
    private const int HangUp = 1; // SIGHUP
    private const int FirstOfSignals = 128; // as shells have exit codes

    private static readonly (PosixSignal Signal, int Number)[] Known =
        [(PosixSignal.SIGINT, 2), (PosixSignal.SIGTERM, 15), (PosixSignal.SIGHUP, HangUp)];

    private readonly CancellationTokenSource _stop = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private int _signal;

    private StopSignals()
    {
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>Begins to listen.</summary>
    public static StopSignals Listen()
    {
        StopSignals signals = new();
        foreach ((PosixSignal signal, int number) in Known)
        {
            // nohup is asked for by who wants the command to go on without its terminal.
            if (number != HangUp || OperatingSystem.IsWindows() || !IsIgnored(number))
            {
                signals._registrations.Add(PosixSignalRegistration.Create(signal, context => signals.Hear(context, number)));
            }
        }

        return signals;
    }

    /// <summary>The process's exit code: of a command that a signal ended, that of the signal.</summary>
    public int ExitCode(int code) => code == ExitCodes.Cancelled && _signal != 0 ? FirstOfSignals + _signal : code;

    public void Dispose()
    {
        _registrations.ForEach(registration => registration.Dispose());
        _stop.Dispose();
    }

    private void Hear(PosixSignalContext context, int number)
    {
        if (Interlocked.CompareExchange(ref _signal, number, 0) != 0)
        {
            context.Cancel = false; // the system's own way: the process ends
            return;
        }

        context.Cancel = true;
        _stop.Cancel();
    }

    private static bool IsIgnored(int signal)
    {
        const nint Default = 0;
        const nint Ignore = 1;
        nint before = SetHandler(signal, Default);
        _ = SetHandler(signal, before);
        return before == Ignore;
    }

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint SetHandler(int signal, nint handler);
}
