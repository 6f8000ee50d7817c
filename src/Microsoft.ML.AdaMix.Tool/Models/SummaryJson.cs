using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Tool.Terminal;

namespace Microsoft.ML.AdaMix.Tool.Models;

/// <summary>A <see cref="ModelSummary"/> as JSON.</summary>
internal static class SummaryJson
{
    public static JsonObject Of(ModelSummary model) => new()
    {
        ["kind"] = model.Kind,
        ["place"] = model.Place,
        ["format"] = model.Format,
        ["task"] = model.TaskName,
        ["outputs"] = model.Outputs,
        ["labels"] = Json(model.Labels),
        ["columns"] = Json(model.Columns),
        ["maxLength"] = model.Input.MaxLength,
        ["specialTokensInText"] = model.Input.SpecialTokensInText,
        ["windows"] = Json(model.Input.Windows),
        ["template"] = Json(model.Input.Template),
        ["serving"] = Json(model.Serving),
        ["encoder"] = new JsonObject
        {
            ["name"] = model.EncoderName,
            ["sha256"] = model.EncoderSha256,
            ["configuration"] = Json(model.Encoder),
        },
        ["method"] = model.Method,
        ["edits"] = Json(model.Edits),
        ["mixture"] = model.Mixture is null ? null : JsonSerializer.SerializeToNode(model.Mixture),
        ["training"] = model.Training is { } training ? Of(training) : null,
    };

    private static JsonObject Of(TrainingRecord training) => new()
    {
        ["version"] = training.ProductVersion,
        ["date"] = training.Date.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture),
        ["seed"] = training.Seed,
        ["rows"] = training.TrainingRows,
        ["guessedRows"] = training.GuessedRows,
        ["validationRows"] = training.ValidationRows,
        ["epochs"] = training.Epochs,
        ["keptEpoch"] = training.KeptEpoch,
        ["loss"] = training.TrainingLoss,
        ["consistencyLoss"] = training.ConsistencyLoss,
        ["validationMetricName"] = training.ValidationMetricName,
        ["validationMetric"] = training.ValidationMetric,
        ["validationLoss"] = training.ValidationLoss,
        ["temperature"] = training.Temperature,
        ["encoder"] = new JsonObject { ["name"] = training.EncoderName, ["sha256"] = training.EncoderSha256 },
        ["options"] = JsonNode.Parse(training.OptionsJson),
        ["notes"] = new JsonObject(training.Notes.Select(note => KeyValuePair.Create(note.Key, (JsonNode?)note.Value))),
    };

    private static JsonNode? Json<T>(T value) => JsonSerializer.SerializeToNode(value, Output.JsonFormat);
}
