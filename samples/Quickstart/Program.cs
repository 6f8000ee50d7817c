using System.CommandLine;
using System.CommandLine.Invocation;
using Quickstart;

ParseResult parsed = Arguments
    .Command((arguments, cancellation) => Task.Run(() => Run(arguments, cancellation), CancellationToken.None))
    .Parse(args);
if (parsed.Action is ParseErrorAction parseError)
{
    parseError.ShowHelp = false;
}

// After Ctrl+C the training ends with its running step, which takes seconds on a large encoder.
return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });

static int Run(Arguments arguments, CancellationToken cancellation)
{
    try
    {
        Report report = Walkthrough.Run(arguments, Output.For(arguments), cancellation);
        if (arguments.Json)
        {
            Console.Out.WriteLine(report.ToJson());
        }

        return 0;
    }
    catch (OperationCanceledException)
    {
        Console.Error.WriteLine("Cancelled.");
        return 130;
    }
    catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException or ArgumentException
        or InvalidOperationException or DllNotFoundException)
    {
        Console.Error.WriteLine(error.Message);
        return 1;
    }
}
