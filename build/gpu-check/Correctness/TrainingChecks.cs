using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.GpuCheck.Correctness;

/// <summary>Whole trainings on the device: as delivered, repeated, side by side, and with too little memory.</summary>
internal static class TrainingChecks
{
    private const double Repeated = 1e-4;
    private const int ChunkBytes = 1 << 30;
    private const int FreeChunks = 6;

    public static void Run(Plan plan, Report report, TrecRows rows)
    {
        report.Check("a training with default options works", () => rows.Fit(Options(plan), plan.IsTrial ? 16 : 64, 1));
        report.Check("the same seed gives the same losses again", Repeated, () =>
            Differences.Largest(VariantChecks.Losses(Variant.Plain, plan.Device), VariantChecks.Losses(Variant.Plain, plan.Device)));
        report.Check("self-training has the same losses again, those of its round among them", Repeated, () => GuessTwice(plan, rows));
        report.Check("two trainings at once give the losses of each alone", Repeated, () => AtOnce(plan));
        if (plan.IsTrial)
        {
            report.Add(new SkippedLine("a card by its number, want of memory", "there is no card"));
            return;
        }

        report.Check("a card named by its number trains as the one that is found", Repeated, () => Differences.Largest(
            VariantChecks.Losses(Variant.Plain, plan.Device), VariantChecks.Losses(Variant.Plain, new Device(DeviceType.CUDA, 0))));
        report.Check(
            "Device names a card", () => rows.Fit(Options(plan) with { Device = TrainingDevice.Card(0) }, 64, 1));
        report.Check("too little memory is named with its remedies, and a small training follows", () => Starve(plan, rows));
    }

    private static AdaMixOptions Options(Plan plan) => new() { Epochs = 1, Seed = 1, Device = plan.Training };

    private static double GuessTwice(Plan plan, TrecRows rows)
    {
        const int Steps = 4;
        AdaMixOptions options = Options(plan) with { SelfTrainingRounds = 1 };
        float[] first = rows.Losses(options, Steps * options.BatchSize, unlabelled: 32);
        float[] again = rows.Losses(options, Steps * options.BatchSize, unlabelled: 32);
        return first.Length > Steps
            ? Differences.Largest(first, again)
            : throw new InvalidOperationException($"There were {first.Length} steps, and no round.");
    }

    private static double AtOnce(Plan plan)
    {
        Variant other = Variant.Plain with { Method = new LoraTuning { Rank = 4 }, Settings = Variant.Plain.Settings with { Seed = 77 } };
        Variant[] both = [Variant.Plain, other];
        float[][] alone = [.. both.Select(variant => VariantChecks.Losses(variant, plan.Device))];
        float[][] together = new float[both.Length][];
        Parallel.For(0, both.Length, index => together[index] = VariantChecks.Losses(both[index], plan.Device));
        return alone.Zip(together, Differences.Largest).Max();
    }

    // Takes nearly all of the card's memory first, so that little is needed to want more.
    private static void Starve(Plan plan, TrecRows rows)
    {
        Stack<Tensor> taken = new();
        try
        {
            Fill(taken, plan.Device);
            for (int chunk = 0; chunk < FreeChunks && taken.TryPop(out Tensor? last); chunk++)
            {
                last.Dispose();
            }

            try
            {
                rows.Fit(Options(plan) with { BatchSize = 1024 }, 1024, repeat: 20);
                throw new InvalidOperationException("A step that needs more memory than is free went well.");
            }
            catch (InsufficientMemoryException error)
            when (error.Message.Contains(nameof(AdaMixOptions.MicroBatchSize), StringComparison.Ordinal))
            {
                Console.WriteLine(error.Message);
            }

            rows.Fit(Options(plan), 64, 1);
        }
        finally
        {
            foreach (Tensor chunk in taken)
            {
                chunk.Dispose();
            }
        }
    }

    private static void Fill(Stack<Tensor> taken, Device device)
    {
        try
        {
            while (true)
            {
                taken.Push(empty([ChunkBytes], ScalarType.Byte, device));
            }
        }
        catch (System.Runtime.InteropServices.ExternalException)
        {
            // The card is full.
        }
    }
}
