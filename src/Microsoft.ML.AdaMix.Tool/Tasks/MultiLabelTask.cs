using Microsoft.ML.AdaMix.Tool.Data;
using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Tool.Tasks;

/// <summary>Any number of labels, in one column with a separator between them.</summary>
internal sealed class MultiLabelTask(IReadOnlyList<string> labels, string separator) : LabelledTask
{
    private readonly HashSet<string> _known = new(labels, StringComparer.Ordinal);

    public override string Name => TaskNames.MultiLabel;

    public override IReadOnlyList<string> Classes => labels;

    /// <summary>The labels that occur in rows.</summary>
    public static MultiLabelTask From(TextRows rows, string separator)
    {
        string[] labels = [
            .. rows.Rows.SelectMany(row => Split(row.Label, separator)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        return labels.Length > 1
            ? new MultiLabelTask(labels, separator)
            : throw new InvalidDataException(
                $"'{rows.Source}': found {labels.Length} different labels ({string.Join(", ", labels)}), expected at least 2, separated "
                + $"by '{separator}' within a row. Name the separator with --separator.");
    }

    // A row without any label is a row like others.
    public override LabelProblem? Check(TextRow row, string source) =>
        Split(row.Label, separator).All(_known.Contains) ? null : LabelProblem.Unknown;

    public override IDataView View(MLContext ml, TextRows rows, CancellationToken cancellation) => TaskViews.Create(
        ml, rows.Rows.Select(row => new LabelSetRow
        {
            Label = Split(row.Label, separator),
            Text = row.Text,
            Pair = row.Pair,
            Weight = row.Weight,
        }), rows, cancellation);

    public override IEstimator<ITransformer> Labels(MLContext ml) => ml.Transforms.Conversion.MapValueToKey(
        [new InputOutputColumnPair(nameof(LabelSetRow.Label))],
        keyData: ml.Data.LoadFromEnumerable(labels.Select(name => new LabelName { Label = name })));

    public override AdaMixTrainer Trainer(
        MLContext ml, AdaMixOptions options, IProgress<TrainingProgress> progress, CancellationToken cancellation) =>
        ml.MultiLabelClassification.Trainers.AdaMix(options, progress: progress, cancellationToken: cancellation);

    public override IReadOnlyList<Metric> Evaluate(MLContext ml, IDataView scored)
    {
        MultiLabelMetrics metrics = ml.MultiLabelClassification.Evaluate(scored);
        return
        [
            new("microF1", "micro F1", metrics.MicroF1, IsShare: true),
            new("macroF1", "macro F1", metrics.MacroF1, IsShare: true),
            new("meanAveragePrecision", "mean average precision", metrics.MeanAveragePrecision),
            new("subsetAccuracy", "rows wholly right", metrics.SubsetAccuracy, IsShare: true),
            new("hammingLoss", "Hamming loss", metrics.HammingLoss),
        ];
    }

    public override IEnumerable<Prediction> Predictions(IDataView scored)
    {
        string[] names = ScoreReading.SlotNames(scored.Schema, "Score") ?? [.. labels];
        IEnumerable<bool[]> predicted = scored.GetColumn<bool[]>(scored.Schema["PredictedLabel"]);
        return predicted.Zip(ScoreReading.Vectors(scored, "Score"), (chosen, scores) => new Prediction(
            string.Join(separator, names.Where((_, label) => chosen[label])), null, scores));
    }

    private static string[] Split(string? label, string separator) =>
        label is null ? [] : label.Split(separator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private sealed class LabelName
    {
        public string Label { get; set; } = "";
    }
}
