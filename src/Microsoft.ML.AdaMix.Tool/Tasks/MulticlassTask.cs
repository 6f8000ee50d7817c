using Microsoft.ML.AdaMix.Metrics;
using Microsoft.ML.AdaMix.Tool.Data;
using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Tool.Tasks;

/// <summary>One of several classes.</summary>
internal sealed class MulticlassTask(IReadOnlyList<string> classes) : LabelledTask
{
    private readonly HashSet<string> _known = new(classes, StringComparer.Ordinal);

    public override string Name => TaskNames.Multiclass;

    public override IReadOnlyList<string> Classes => classes;

    public override LabelProblem? Check(TextRow row) =>
        string.IsNullOrEmpty(row.Label) ? LabelProblem.Missing : _known.Contains(row.Label) ? null : LabelProblem.Unknown;

    public override IDataView View(MLContext ml, TextRows rows, CancellationToken cancellation) => TaskViews.Create(
        ml, rows.Rows.Select(row => new ClassRow
        {
            Label = row.Label ?? "",
            Text = row.Text,
            Pair = row.Pair,
            Weight = row.Weight,
        }), rows, cancellation);

    public override IEstimator<ITransformer> Labels(MLContext ml) => ml.Transforms.Conversion.MapValueToKey(
        [new InputOutputColumnPair(nameof(ClassRow.Label))],
        keyData: ml.Data.LoadFromEnumerable(classes.Select(name => new ClassName { Label = name })));

    public override AdaMixTrainer Trainer(
        MLContext ml, AdaMixOptions options, IProgress<TrainingProgress> progress, CancellationToken cancellation) =>
        ml.MulticlassClassification.Trainers.AdaMix(options, progress: progress, cancellationToken: cancellation);

    public override IEstimator<ITransformer> Tail(MLContext ml) => ml.Transforms.Conversion.MapKeyToValue("PredictedLabel");

    public override IReadOnlyList<Metric> Evaluate(MLContext ml, IDataView scored)
    {
        MulticlassClassificationMetrics metrics = ml.MulticlassClassification.Evaluate(scored);
        return
        [
            new("accuracy", "accuracy", metrics.MicroAccuracy, IsShare: true),
            new("macroAccuracy", "macro accuracy", metrics.MacroAccuracy, IsShare: true),
            new("logLoss", "log loss (nats)", metrics.LogLoss),
        ];
    }

    public override TaskCalibration Calibration(IDataView scored)
    {
        ClassPredictions predictions = Probabilities(scored);
        return new TaskCalibration("the likeliest class", predictions.Reliability(), predictions.BrierScore(), WorstBrier: 2);
    }

    public override IEnumerable<Prediction> Predictions(IDataView scored)
    {
        string[] names = ScoreReading.SlotNames(scored.Schema, "Score") ?? [.. classes];
        foreach (double[] scores in ScoreReading.Vectors(scored, "Score"))
        {
            int best = Array.IndexOf(scores, scores.Max());
            yield return new Prediction(names[best], scores[best], scores);
        }
    }

    /// <summary>The classes of scored rows and what the model says of them. Every row has one that the model knows.</summary>
    public static ClassPredictions Probabilities(IDataView scored) => ClassPredictions.FromProbabilities([.. ScoreReading
        .Keys(scored, "Label")
        .Zip(scored.GetColumn<float[]>(scored.Schema["Score"]), (label, probabilities) => (probabilities, label))]);

    private sealed class ClassName
    {
        public string Label { get; set; } = "";
    }
}
