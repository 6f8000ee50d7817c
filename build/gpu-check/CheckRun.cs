using Microsoft.ML.AdaMix.GpuCheck.Correctness;
using Microsoft.ML.AdaMix.GpuCheck.Speed;
using Microsoft.ML.AdaMix.Reading;

namespace Microsoft.ML.AdaMix.GpuCheck;

/// <summary>Everything, correctness first.</summary>
internal static class CheckRun
{
    // Seeds on the CPU give about 96.6, on a GPU 95.0 to 96.0.
    private const double LeastAccuracy = 0.94;

    public static bool Run(Plan plan, Report report)
    {
        report.Add(Surroundings.Describe(plan));
        TrecRows trec = new(Path.Combine(Reference.Files, "data", "trec6"));
        GoldenChecks.Run(plan, report);
        VariantChecks.Run(plan, report);
        TrainingChecks.Run(plan, report, trec);
        ResumeChecks.Run(plan, report, trec);
        JudgeAccuracy(plan, report, trec);
        TrainingRows rows = TokenFile.Read(Path.Combine(Reference.Files, "tools", "gpu", "work", "ids", "sst2-speed.txt"));
        new SpeedRun(plan, report, rows).Run();
        return report.Failed == 0;
    }

    // By what the library chooses and in float32, since seeds differ by more than a point.
    private static void JudgeAccuracy(Plan plan, Report report, TrecRows trec)
    {
        foreach (TrainingPrecision precision in plan.Some([TrainingPrecision.Auto, TrainingPrecision.Float32]))
        {
            for (int seed = 1; seed <= (plan.IsTrial ? 1 : plan.Quick ? 2 : 5); seed++)
            {
                AdaMixOptions options = new()
                {
                    Epochs = plan.IsTrial ? 1 : 10,
                    Seed = seed,
                    Device = plan.Training,
                    Precision = precision,
                };
                report.CheckAtLeast(
                    plan.IsTrial
                        ? "accuracy is computed"
                        : $"accuracy on trec6, 1,000 rows, 10 epochs, seed {seed}, {precision} (CPU 96.6 %, GPU before 95.0 to 96.0 %)",
                    plan.IsTrial ? 0 : LeastAccuracy,
                    () => trec.Accuracy(options, plan.IsTrial ? 32 : 1000));
            }
        }
    }
}
