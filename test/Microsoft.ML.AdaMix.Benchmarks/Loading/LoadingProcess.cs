using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;

namespace Microsoft.ML.AdaMix.Benchmarks.Loading;

/// <summary>
/// What a process of its own does: loads model files, predicts one text with each and keeps them. Start-up is measured as an application
/// has it, with everything compiled for the first time; files come from the system's cache.
/// </summary>
internal static class LoadingProcess
{
    private const int Settle = 3;

    private const string Name = "loading-process";

    /// <summary>The hidden command that the measured process runs.</summary>
    public static System.CommandLine.Command CreateCommand()
    {
        Argument<string> encoder = new("encoder");
        Argument<string[]> files = new("files");
        System.CommandLine.Command command = new(Name) { encoder, files };
        command.Hidden = true;
        command.SetAction(parsed => Run(parsed.GetValue(encoder) is "-" ? null : parsed.GetValue(encoder), parsed.GetRequiredValue(files)));
        return command;
    }

    /// <summary>Does the work and writes the figures as one line.</summary>
    private static void Run(string? encoder, string[] files)
    {
        MLContext ml = new();
        if (encoder is not null)
        {
            PretrainedEncoder.FromFolder(encoder).Register();
        }

        double before = Memory();
        List<IDisposable> engines = [];
        List<double> loads = [];
        List<double> predictions = [];
        foreach (string file in files)
        {
            long start = Stopwatch.GetTimestamp();
            ITransformer model = ml.Model.Load(file, out _);
            loads.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            start = Stopwatch.GetTimestamp();
            PredictionEngine<Text, Scores> engine = ml.Model.CreatePredictionEngine<Text, Scores>(model);
            engine.Predict(new Text { Value = "a small furry mammal that lives near the river" });
            predictions.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            engines.Add(engine);
        }

        double after = Memory();
        Console.WriteLine(JsonSerializer.Serialize(new ProcessFigures(
            loads[0], predictions[0], loads.Skip(1).DefaultIfEmpty(0).Average(), predictions.Skip(1).DefaultIfEmpty(0).Average(), before,
            after)));
        engines.ForEach(engine => engine.Dispose());
    }

    /// <summary>Runs it in a new process.</summary>
    public static ProcessFigures Start(string? encoder, IEnumerable<string> files) =>
        ChildProcess.Run<ProcessFigures>([Name, encoder ?? "-", .. files]);

    /// <summary>Resident megabytes once garbage is gone.</summary>
    private static double Memory()
    {
        for (int i = 0; i < Settle; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        return Environment.WorkingSet / 1e6;
    }

    private sealed class Text
    {
        [Data.ColumnName("Text")]
        public string Value { get; set; } = string.Empty;
    }

    private sealed class Scores
    {
        public float[] Score { get; set; } = [];
    }
}

/// <param name="LoadMilliseconds">Of the first file.</param>
/// <param name="FirstPredictionMilliseconds">
/// From then to its first prediction, the engine's making and the session's opening included.
/// </param>
/// <param name="LaterLoadMilliseconds">Mean of the files after the first.</param>
/// <param name="LaterPredictionMilliseconds">Mean of their first predictions.</param>
/// <param name="MegabytesBefore">Resident, before the first load.</param>
/// <param name="MegabytesAfter">Resident, with all sessions open.</param>
internal sealed record ProcessFigures(
    double LoadMilliseconds, double FirstPredictionMilliseconds, double LaterLoadMilliseconds, double LaterPredictionMilliseconds,
    double MegabytesBefore, double MegabytesAfter);
