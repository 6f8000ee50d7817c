namespace Microsoft.ML.AdaMix.Reliability.Samples;

/// <summary>Trains on a tiny encoder, in a tenth of a second.</summary>
internal static class TinyModels
{
    public static AdaMixOptions Options(PretrainedEncoder encoder, int seed = 1, TuningMethod? method = null) => new()
    {
        Encoder = encoder,
        Method = method ?? new AdapterTuning { Bottleneck = 4 },
        Mixture = new MixtureOptions { Experts = 2 },
        Epochs = 1,
        BatchSize = 8,
        MaxLength = 32,
        Seed = seed,
        Precision = TrainingPrecision.Float32,
    };

    /// <summary>A pipeline that maps labels to keys, and the classifier.</summary>
    public static ITransformer Train(MLContext ml, AdaMixOptions options, int rows = 16) => ml.Transforms.Conversion.MapValueToKey("Label")
        .Append(ml.MulticlassClassification.Trainers.AdaMix(options))
        .Fit(ml.Data.LoadFromEnumerable(Texts.Rows(rows)));

    /// <summary>Scores of rows, one after the other.</summary>
    public static float[][] Predict(MLContext ml, ITransformer model, TextRow[] rows)
    {
        using PredictionEngine<TextRow, TextScores> engine = Engine(ml, model);
        return [.. rows.Select(row => engine.Predict(row).Score)];
    }

    /// <summary>An engine that leaves the model to others.</summary>
    public static PredictionEngine<TextRow, TextScores> Engine(MLContext ml, ITransformer model) =>
        ml.Model.CreatePredictionEngine<TextRow, TextScores>(model, new PredictionEngineOptions { OwnsTransformer = false });

    /// <summary>A saved model with its encoder in it.</summary>
    public static byte[] Save(MLContext ml, ITransformer model)
    {
        using MemoryStream stream = new();
        ml.Model.Save(model, null, stream);
        return stream.ToArray();
    }

    /// <summary>A delta file that keeps each bit.</summary>
    public static byte[] SaveDelta(MLContext ml, ITransformer model)
    {
        using MemoryStream stream = new();
        ml.Model.SaveDelta(model, null, stream, DeltaPrecision.Exact);
        return stream.ToArray();
    }

    public static ITransformer Load(MLContext ml, byte[] file)
    {
        using MemoryStream stream = new(file);
        return ml.Model.Load(stream, out _);
    }
}
