namespace Microsoft.ML.AdaMix.GpuCheck.Correctness;

/// <summary>Trainings that go on from a checkpoint within an epoch, against those that were not interrupted.</summary>
internal static class ResumeChecks
{
    private const double Repeated = 1e-4; // as two trainings with one seed
    private const int Rows = 64;
    private const int Steps = 8;
    private const int FirstSteps = 3; // the second epoch begins after the fourth

    public static void Run(Plan plan, Report report, TrecRows rows)
    {
        foreach ((string name, TuningMethod method) in plan.Some(Methods()))
        {
            report.Check($"{name}: a training that goes on from a checkpoint has the losses of an undisturbed one", Repeated, () =>
            {
                DirectoryInfo folder = Directory.CreateTempSubdirectory("adamix-gpu-check-");
                try
                {
                    return Difference(plan, rows, method, folder.FullName);
                }
                finally
                {
                    folder.Delete(recursive: true);
                }
            });
        }
    }

    private static double Difference(Plan plan, TrecRows rows, TuningMethod method, string folder)
    {
        AdaMixOptions options = new()
        {
            Epochs = 2,
            BatchSize = Rows / 4,
            Seed = 1,
            Device = plan.Training,
            Method = method,
            Checkpoints = new CheckpointOptions { Folder = folder, Steps = 1, Keep = Steps },
        };
        float[] whole = rows.Losses(options, Rows);
        string[] files = [.. Directory.GetFiles(folder, "checkpoint-*").Order(StringComparer.Ordinal)];
        foreach (string later in files.Skip(FirstSteps))
        {
            File.Delete(later);
        }

        DateTime written = File.GetLastWriteTimeUtc(files[0]);
        float[] again = rows.Losses(options, Rows);
        return files.Length == Steps && File.GetLastWriteTimeUtc(files[0]) == written
            ? Differences.Largest(whole, again)
            : throw new InvalidOperationException($"There were {files.Length} checkpoints, and it began anew or not at all.");
    }

    private static IEnumerable<(string Name, TuningMethod Method)> Methods() =>
    [
        ("AdaMix", new AdapterTuning()),
        ("LoRA with experts", new LoraTuning { Rank = 4, Dropout = 0.1 }),
        ("full fine-tuning", new FullFineTuning()),
    ];
}
