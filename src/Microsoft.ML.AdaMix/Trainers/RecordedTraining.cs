using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Encoders;
using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Training;

namespace Microsoft.ML.AdaMix.Trainers;

/// <summary>Writes down what a model keeps of its training.</summary>
internal static class RecordedTraining
{
    /// <param name="options">The options.</param>
    /// <param name="data">What was trained on.</param>
    /// <param name="seed">The seed that was used.</param>
    /// <param name="trained">What training came to.</param>
    /// <param name="metric">What validation calls its metric.</param>
    /// <param name="temperature">By which the head was divided; null where it was not.</param>
    public static TrainingRecord Create(
        AdaMixOptions options, PreparedData data, int seed, TrainedEpochs trained, string metric, double? temperature) => new()
        {
            ProductVersion = Version(),
            Date = Now(Environment.GetEnvironmentVariable("SOURCE_DATE_EPOCH")),
            Seed = seed,
            TrainingRows = data.Training.Count,
            GuessedRows = data.Guessed,
            ValidationRows = data.Validation?.Count ?? 0,
            Epochs = trained.Epochs,
            KeptEpoch = trained.Kept.Epoch,
            TrainingLoss = Finite(trained.Kept.Loss),
            ConsistencyLoss = Finite(trained.Kept.ConsistencyLoss),
            ValidationMetricName = data.Validation is null ? null : metric,
            ValidationMetric = Finite(trained.Kept.ValidationMetric),
            ValidationLoss = Finite(trained.Kept.ValidationLoss),
            Temperature = temperature,
            EncoderName = data.Encoder.Name,
            EncoderSha256 = EncoderExtras.For(data.Encoder).Identity.Sha256(),
            Options = (JsonObject)JsonSerializer.SerializeToNode(options with
            {
                Epochs = data.Round?.Epochs ?? options.Epochs,
                LibTorchFolder = null,
                Checkpoints = null,
                StartFrom = Path.GetFileName(options.StartFrom),
            })!,
            Notes = options.Notes,
        };

    /// <summary>The time in whole seconds, or what builds that are to be repeated bit for bit set in its place.</summary>
    /// <param name="sourceDateEpoch">Seconds since 1970, as reproducible-builds.org defines the variable; null for now.</param>
    internal static DateTimeOffset Now(string? sourceDateEpoch) => DateTimeOffset.FromUnixTimeSeconds(
        long.TryParse(sourceDateEpoch, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds)
        && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? seconds
            : DateTimeOffset.UtcNow.ToUnixTimeSeconds());

    // Without the commit, which says nothing to users.
    private static string Version() => typeof(AdaMixTrainer).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
        .InformationalVersion.Split('+')[0];

    // R² of rows that all have the same number is not finite; JSON has no such number.
    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;
}
