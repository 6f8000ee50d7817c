using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Tests.Trainers;

internal sealed class Row
{
    public string? Label { get; set; }

    public string? Text { get; set; }

    public string? Text2 { get; set; }

    public float Weight { get; set; } = 1;
}

internal sealed class Prediction
{
    [ColumnName("PredictedLabel")]
    public string Predicted { get; set; } = string.Empty;

    public float[] Score { get; set; } = [];
}

/// <summary>Small data for tests of the trainer: rows of the quickstart's data, which the repository holds.</summary>
internal static class Rows
{
    /// <summary>A RoBERTa of two layers, a token a byte, at most 38.</summary>
    public static PretrainedEncoder TinyEncoder { get; } =
        PretrainedEncoder.FromFolder(Path.Combine(Reference.Repository, "test", "models", "encoder"));

    public static Row[] Topics(string file, int count, params string[] classes) =>
        [.. Read(Path.Combine(Reference.Repository, "samples", "Quickstart", "data", file))
            .Where(row => classes.Length == 0 || classes.Contains(row.Label, StringComparer.Ordinal))
            .Take(count)];

    /// <summary>A file with a header and the columns label and text.</summary>
    public static Row[] Read(string path) =>
        [.. File.ReadLines(path)
            .Skip(1)
            .Select(line => line.Split('\t'))
            .Select(fields => new Row
            {
                Label = fields[0],
                Text = fields[1],
                Text2 = fields[1].Length > 20 ? fields[1][..20] : fields[1],
            })];

    /// <summary>Options for a training of seconds.</summary>
    public static AdaMixOptions Quick() => new()
    {
        Epochs = 1,
        Method = new AdapterTuning { Bottleneck = 4 },
        Seed = 3,
        Mixture = new MixtureOptions { Experts = 2 },
        MaxLength = 32,
    };

    /// <summary>The same with an encoder that knows nothing, for what does not depend on it.</summary>
    public static AdaMixOptions Tiny() => Quick() with { Encoder = TinyEncoder };

    public static IEstimator<ITransformer> Pipeline(
        MLContext ml,
        AdaMixOptions options,
        IDataView? validation = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellation = default) => ml.Transforms.Conversion.MapValueToKey("Label")
        .Append(ml.MulticlassClassification.Trainers.AdaMix(options, validation, progress, cancellation))
        .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
}
