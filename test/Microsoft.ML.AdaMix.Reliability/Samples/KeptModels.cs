using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.ML.AdaMix.Inference;
using Microsoft.ML.AdaMix.ModelFiles;
using Microsoft.ML.AdaMix.Training.Resuming;

namespace Microsoft.ML.AdaMix.Reliability.Samples;

/// <summary>
/// Writes a file of each kind in its present format, with its predictions, for <c>test/models</c>: later versions have to reproduce them.
/// </summary>
internal static class KeptModels
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    // A kind: its ending, its version, and what writes it; predictions are those of the merged model.
    private static readonly (string Kind, string Ending, string Version, Action<MLContext, TrainedMixture, string> Write)[] Kinds =
    [
        ("model", "zip", Format(ModelFormat.Current), (ml, mixture, path) => ml.Model.SaveAtomically(mixture.Merge(), null, path)),
        ("delta", "zip", Format(ModelFormat.Current), (ml, mixture, path) =>
            ml.Model.SaveDelta(mixture.Merge(), null, path, DeltaPrecision.Exact)),
        ("mixture", "safetensors", MixtureManifest.CurrentVersion.ToString(CultureInfo.InvariantCulture), (_, mixture, path) =>
            mixture.Save(path)),
    ];

    public static System.CommandLine.Command CreateCommand()
    {
        Argument<string> folder = new("folder") { Description = "test/models, whose encoder is used." };
        System.CommandLine.Command command = new("keep-models", "Writes a file of each kind, with its predictions, to be kept as a test.")
        {
            folder,
        };
        command.SetAction(parsed => Write(parsed.GetRequiredValue(folder)));
        return command;
    }

    private static void Write(string folder)
    {
        string encoder = Path.Combine(folder, "encoder");
        if (!Directory.Exists(encoder))
        {
            TinyEncoder.Write(encoder);
        }

        MLContext ml = new(1);
        TextRow[] rows = Texts.Rows(12, seed: 5);
        IDataView data = ml.Data.LoadFromEnumerable(Texts.Rows(64));

        // Far enough from the start that texts differ in their scores.
        AdaMixOptions options = TinyModels.Options(PretrainedEncoder.FromFolder(encoder)) with { Epochs = 10, LearningRate = 0.05 };
        AdaMixOptions windowed = options with
        {
            MaxLength = 12,
            LongTexts = new WindowOptions { Combine = WindowCombination.MeanLogits, Stride = 4 },
        };
        using TrainedMixture mixture = ml.MulticlassClassification.Trainers.AdaMix(windowed)
            .FitMixture(ml.Transforms.Conversion.MapValueToKey("Label").Fit(data).Transform(data));
        WriteCheckpoint(ml, folder, options with { Epochs = 6 }, rows);
        KeptModel kept = new([.. rows.Select(row => row.Text)], TinyModels.Predict(ml, mixture.Merge(), rows));
        foreach ((string kind, string ending, string version, Action<MLContext, TrainedMixture, string> write) in Kinds)
        {
            string name = Path.Combine(folder, $"{kind}-{version}");
            write(ml, mixture, $"{name}.{ending}");
            File.WriteAllText($"{name}.json", JsonSerializer.Serialize(kept, Indented) + "\n");
        }
    }

    // Of a training that was stopped after its first step; the scores are those of its end.
    private static void WriteCheckpoint(MLContext ml, string folder, AdaMixOptions options, TextRow[] rows)
    {
        TextRow[] training = Texts.Rows(16);
        IDataView data = ml.Data.LoadFromEnumerable(training);
        IDataView labelled = ml.Transforms.Conversion.MapValueToKey("Label").Fit(data).Transform(data);
        DirectoryInfo checkpoints = Directory.CreateTempSubdirectory("adamix-keep-");
        try
        {
            AdaMixOptions kept = options with { Checkpoints = new CheckpointOptions { Folder = checkpoints.FullName } };
            ml.MulticlassClassification.Trainers.AdaMix(kept with { MaxTrainingTime = TimeSpan.FromTicks(1) }).Fit(labelled).Dispose();
            string name = Path.Combine(
                folder, "checkpoint-" + CheckpointManifest.CurrentVersion.ToString(CultureInfo.InvariantCulture));
            File.Copy(CheckpointFolder.List(checkpoints.FullName)[0], $"{name}.safetensors", overwrite: true);
            using AdaMixTransformer model = ml.MulticlassClassification.Trainers.AdaMix(kept).Fit(labelled);
            KeptModel scored = new([.. rows.Select(row => row.Text)], TinyModels.Predict(ml, model, rows))
            {
                Training = training,
                Options = JsonSerializer.SerializeToNode(options with { Encoder = PretrainedEncoder.RobertaMini }),
            };
            File.WriteAllText($"{name}.json", JsonSerializer.Serialize(scored, Indented) + "\n");
        }
        finally
        {
            checkpoints.Delete(recursive: true);
        }
    }

    private static string Format(uint format) => "0x" + format.ToString("x8", CultureInfo.InvariantCulture);

    /// <param name="Texts">What was asked.</param>
    /// <param name="Scores">What it answered.</param>
    private sealed record KeptModel(string[] Texts, float[][] Scores)
    {
        /// <summary>Of a checkpoint: the rows that are trained on.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public TextRow[]? Training { get; init; }

        /// <summary>Of a checkpoint: the options.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public JsonNode? Options { get; init; }
    }
}
