using Microsoft.ML.AdaMix.GpuCheck.Correctness;
using Microsoft.ML.AdaMix.GpuCheck.Speed;
using Microsoft.ML.AdaMix.Reading;

namespace Microsoft.ML.AdaMix.GpuCheck;

/// <summary>Everything, correctness first.</summary>
internal static class CheckRun
{
    // Seeds on the CPU give about 96.6, on a GPU 95.8 to 96.0.
    private const double LeastAccuracy = 0.95;

    public static bool Run(Plan plan, Report report)
    {
        report.Add(Surroundings.Describe(plan));
        TrecRows trec = new(Path.Combine(Reference.Files, "data", "trec6"));
        GoldenChecks.Run(plan, report);
        VariantChecks.Run(plan, report);
        TrainingChecks.Run(plan, report, trec);
        ResumeChecks.Run(plan, report, trec);
        foreach (int seed in plan.IsTrial || plan.Quick ? (int[])[1] : [1, 2])
        {
            report.CheckAtLeast(
                plan.IsTrial
                    ? "accuracy is computed"
                    : $"accuracy on trec6, 1,000 rows, 10 epochs, seed {seed} (CPU 96.6 %, GPU before 95.8 to 96.0 %)",
                plan.IsTrial ? 0 : LeastAccuracy,
                () => trec.Accuracy(
                    new AdaMixOptions { Epochs = plan.IsTrial ? 1 : 10, Seed = seed, Device = plan.Training }, plan.IsTrial ? 32 : 1000));
        }

        TrainingRows rows = TokenFile.Read(Path.Combine(Reference.Files, "tools", "gpu", "work", "ids", "sst2-speed.txt"));
        new SpeedRun(plan, report, rows).Run();
        return report.Failed == 0;
    }
}
