using System.Text.Json.Nodes;

namespace Microsoft.ML.AdaMix.Runtime.Tests.ModelFiles;

/// <summary>Records of trainings that never were.</summary>
internal static class TrainingRecords
{
    public static TrainingRecord Some() => new()
    {
        ProductVersion = "9.8.7",
        Date = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        Seed = 42,
        TrainingRows = 90,
        ValidationRows = 10,
        Epochs = 5,
        KeptEpoch = 3,
        TrainingLoss = 0.25,
        ConsistencyLoss = 0.01,
        ValidationMetricName = "accuracy",
        ValidationMetric = 0.9,
        ValidationLoss = 0.3,
        EncoderName = "random",
        EncoderSha256 = new string('A', 64),
        Options = new JsonObject
        {
            ["method"] = new JsonObject { ["name"] = "lora", ["rank"] = 8 },
            ["textColumnName"] = "Body",
            ["secondTextColumnName"] = null,
            ["labelColumnName"] = "Kind",
            ["exampleWeightColumnName"] = "Weight",
        },
        Notes = new Dictionary<string, string>(StringComparer.Ordinal) { ["text"] = "body" },
    };
}
