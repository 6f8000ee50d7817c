using Microsoft.ML.AdaMix.Tool.Study;

namespace Microsoft.ML.AdaMix.Tool.Tests.Study;

/// <summary>Configurations and results that no training made.</summary>
internal static class Trials
{
    public static TrialConfiguration Published { get; } = new()
    {
        Data = new DataReference("trec6", "train.tsv", 1500, "0123456789abcdef"),
        Encoder = new EncoderReference("roberta-mini", null),
        Options = AdaMixOptions.Published(),
        Seed = 0,
    };

    public static StudySetting Setting { get; } = new(Published.Data, null);

    public static TrialResult Result(TrialConfiguration trial, InferenceMode inference, double accuracy) => new()
    {
        Key = trial.Key,
        Inference = inference,
        Configuration = trial,
        Accuracy = accuracy,
        MacroAccuracy = accuracy - 0.01,
        LogLoss = 1 - accuracy,
        TestRows = 500,
        Training = new TrainingCost(12.5, 20, 100, 337158, 700)
        {
            Conditions = new TrainingConditions(new TrialMachine("processor", 2, "system"), "run-1", "cpu", "float32", 0.1),
        },
        Trace = trial.BestEpoch ? new TrainingTrace
        {
            StepsPerEpoch = 2,
            Steps = [1, 2, 4],
            Losses = [2, 1, 0.5],
            Validation = [0.5, 0.75],
        } : null,
    };

    /// <summary>Fills a file with results of a table, better with every variant and seed.</summary>
    public static void Fill(ResultsFile results, StudyTable table, IEnumerable<StudySetting> settings, int seeds)
    {
        foreach (PlannedTrial trial in StudyPlan.Create([table], [.. settings], seeds))
        {
            foreach (InferenceMode inference in trial.Inferences)
            {
                double accuracy = 0.7 + (trial.Configuration.Seed * 0.01)
                    + (Math.Abs(trial.Key.GetHashCode(StringComparison.Ordinal) % 100) / 1000.0) + (inference.Number * 0.001);
                results.Append(Result(trial.Configuration, inference, accuracy));
            }
        }
    }
}
