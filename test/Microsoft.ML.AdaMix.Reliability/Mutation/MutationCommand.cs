using System.CommandLine;
using System.Diagnostics;
using System.Globalization;

namespace Microsoft.ML.AdaMix.Reliability.Mutation;

/// <summary><c>mutations</c>: hostile files by the million.</summary>
internal static class MutationCommand
{
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private static readonly Argument<long> Inputs = new("inputs")
    {
        Description = "How many inputs.",
        DefaultValueFactory = _ => 1_000_000,
    };
    private static readonly Option<string[]> Only = new("--only")
    {
        HelpName = "CLASS",
        Description = $"Only these classes of files: {string.Join(", ", FileClasses.All.Select(entry => entry.Name))}.",
        AllowMultipleArgumentsPerToken = true,
    };
    private static readonly Option<long> Seed = new("--seed")
    {
        Description = "From which all inputs follow.",
        DefaultValueFactory = _ => 1,
    };
    private static readonly Option<long?> Input = new("--input")
    {
        Description = "Only the input of this number, with --only; it is kept.",
    };
    private static readonly Option<int> Threads = new("--threads")
    {
        Description = "How many threads read.",
        DefaultValueFactory = _ => Environment.ProcessorCount,
    };
    private static readonly Option<string> Corpus = new("--corpus")
    {
        HelpName = "DIR",
        Description = "Where inputs are kept with which something went wrong.",
        DefaultValueFactory = _ => "findings",
    };

    public static System.CommandLine.Command Create()
    {
        Only.AcceptOnlyFromAmong([.. FileClasses.All.Select(entry => entry.Name)]);
        System.CommandLine.Command command = new(
            "mutations", "Reads mutated files and holds what happens against what is promised of every file.")
        {
            Inputs, Only, Seed, Input, Threads, Corpus,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string[] only = parsed.GetValue(Only) ?? [];
        FileClassEntry[] entries = [.. FileClasses.All.Where(entry => only.Length == 0 || only.Contains(entry.Name))];
        FindingStore store = new(parsed.GetValue(Corpus)!, Console.WriteLine);
        if (parsed.GetValue(Input) is { } number)
        {
            return One(entries.Single(), parsed.GetValue(Seed), number, store);
        }

        MutationRun run = new(entries, parsed.GetValue(Inputs), parsed.GetValue(Seed), store);
        long start = Stopwatch.GetTimestamp();
        Task running = Task.Factory.StartNew(() => run.Run(parsed.GetValue(Threads)), TaskCreationOptions.LongRunning);
        while (!running.Wait(Pause))
        {
            Report(run, parsed.GetValue(Seed), Stopwatch.GetElapsedTime(start));
        }

        Console.Error.WriteLine();
        Print(run, Stopwatch.GetElapsedTime(start));
        return run.Tallies.Values.Any(tally => tally.Problems > 0) ? 1 : 0;
    }

    private static int One(FileClassEntry entry, long seed, long number, FindingStore store)
    {
        using FileClass files = entry.Create();
        byte[] input = entry.Input(files, seed, number);
        Verdict verdict = Judge.Of(files, input);
        string outcome = verdict.Refusal is null ? "accepted" : $"refused with {verdict.Refusal}";
        store.Add(entry.Name, seed, number, input, verdict.Problem ?? outcome);
        Console.WriteLine($"{input.Length} bytes, {outcome}. {verdict.Problem}");
        return verdict.Problem is null ? 0 : 1;
    }

    // Whatever ends the process, the last line tells what it was at.
    private static void Report(MutationRun run, long seed, TimeSpan time)
    {
        (string Name, long Number, TimeSpan Since)[] current = [.. run.Current];
        Console.Error.Write(string.Create(CultureInfo.InvariantCulture,
            $"\r{run.Done,12:N0} inputs, {run.Done / time.TotalSeconds,9:N0}/s, at {string.Join(" and ", current.Select(
                work => $"{work.Name} {work.Number}"))}      "));
        if (Array.Find(current, work => work.Since > Hang) is { Name: not null } hanging)
        {
            Console.Error.WriteLine();
            Console.WriteLine($"{hanging.Name}, --seed {seed} --input {hanging.Number}: does not end.");
            Environment.Exit(2);
        }
    }

    private static void Print(MutationRun run, TimeSpan time)
    {
        Console.WriteLine($"{"class",-16}{"inputs",13}{"accepted",13}{"refused",13}{"wrong",7}{"a second and core",19}  refused with");
        Tally all = new();
        foreach ((string name, Tally tally) in run.Tallies)
        {
            Print(name, tally);
            all.Add(tally);
        }

        Print("all", all);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:F0} s, {all.Inputs / time.TotalSeconds:N0}/s"));
    }

    private static void Print(string name, Tally tally) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{name,-16}{tally.Inputs,13:N0}{tally.Accepted,13:N0}{tally.Inputs - tally.Accepted,13:N0}{tally.Problems,7}{tally.Rate,19:N0}  "
        + $"{string.Join(", ", tally.Refused.Select(refusal => $"{refusal.Key} {refusal.Value:N0}"))}"));
}
