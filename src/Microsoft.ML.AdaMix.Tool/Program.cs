using System.CommandLine;
using System.Text;
using Microsoft.ML.AdaMix.Tool.Commands;

// Data goes through pipes in UTF-8 on every platform.
Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

// After Ctrl+C a training ends with its running step, which takes seconds on a large encoder.
return await AdaMixCommand.InvokeAsync(args, new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(60) });
