using System.CommandLine;
using System.Text;
using Microsoft.ML.AdaMix.Tool.Commands;
using Microsoft.ML.AdaMix.Tool.Terminal;

// Data goes through pipes in UTF-8 on every platform.
Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

// A command that is asked to end does so in order: a training finishes its step, which takes seconds on a large encoder.
using StopSignals signals = StopSignals.Listen();
return signals.ExitCode(await AdaMixCommand.InvokeAsync(
    args, new InvocationConfiguration { ProcessTerminationTimeout = null }, signals.Token));
