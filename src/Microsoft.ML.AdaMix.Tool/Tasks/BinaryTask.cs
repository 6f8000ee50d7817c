using Microsoft.ML.AdaMix.Metrics;
using Microsoft.ML.AdaMix.Tool.Data;
using Microsoft.ML.AdaMix.Tool.Settings;
using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Tool.Tasks;

/// <summary>
/// Yes or no. The pipeline maps the labels of files to true and false and keeps their names in a key column, the positive one first, so
/// that a saved model can tell them.
/// </summary>
internal sealed class BinaryTask(string positive, IReadOnlyList<string> negatives) : LabelledTask
{
    /// <summary>The key column that holds the names.</summary>
    public const string NamesColumn = nameof(KeyName.LabelName);

    private readonly string[] _names = [positive, .. negatives];

    public override string Name => TaskNames.Binary;

    public override IReadOnlyList<string> Classes => [negatives.Count == 1 ? negatives[0] : $"not {positive}", positive];

    /// <summary>What files call no.</summary>
    public IReadOnlyList<string> Negatives => negatives;

    /// <summary>Finds out which labels mean yes.</summary>
    /// <param name="rows">Training rows.</param>
    /// <param name="given">The positive class where the command line names one.</param>
    /// <exception cref="InvalidDataException">The labels do not tell, or all are the same.</exception>
    public static BinaryTask From(TextRows rows, string? given)
    {
        List<string> labels = [];
        labels.AddRange(ClassLabels.Of(rows).Where(label => TruthWords.Find(labels, label) is null));
        string[] yes = given is not null
            ? [TruthWords.Find(labels, Blanks.Trim(given)) ?? Blanks.Trim(given)]
            : [.. labels.Where(TruthWords.IsYes)];
        string[] no = [.. labels.Except(yes, StringComparer.Ordinal)];
        string found = $"its labels are {Names.Quote(labels, shown: 5)}";
        if (yes.Length != 1 || !labels.Contains(yes[0], StringComparer.Ordinal)
            || (given is null && !no.All(TruthWords.IsNo)))
        {
            throw new InvalidDataException(
                $"'{rows.Source}': {found}; expected true and false, 1 and 0, or yes and no. Name the positive one with --positive.");
        }

        return no.Length > 0
            ? new BinaryTask(yes[0], no)
            : throw new InvalidDataException($"'{rows.Source}': {found}; expected rows of both classes.");
    }

    public override Func<TextRow, TextRow> LabelReader(TextRows rows) => row => ClassLabels.Read(row.Label) is { } label
        ? row with { Label = TruthWords.Find(_names, label) ?? label }
        : row;

    public override LabelProblem? Check(TextRow row) =>
        string.IsNullOrEmpty(row.Label) ? LabelProblem.Missing : Array.IndexOf(_names, row.Label) >= 0 ? null : LabelProblem.Unknown;

    // The area under the ROC curve is not defined for one class, and ML.NET gives no metric at all then.
    public override void RequireJudgeable(TextRows rows)
    {
        int yes = rows.Rows.Count(row => row.Label == positive);
        if (yes == 0 || yes == rows.Count)
        {
            throw new InvalidDataException(
                $"'{rows.Source}': {(yes == 0 ? "no row is" : "all rows are")} '{positive}'; expected rows of both classes to judge with.");
        }
    }

    public override IDataView View(MLContext ml, TextRows rows, CancellationToken cancellation) => TaskViews.Create(
        ml, rows.Rows.Select(row => new ClassRow
        {
            Label = row.Label ?? "",
            Text = row.Text,
            Pair = row.Pair,
            Weight = row.Weight,
        }), rows, cancellation);

    public override IEstimator<ITransformer> Labels(MLContext ml) => ml.Transforms.Conversion
        .MapValueToKey(
            [new InputOutputColumnPair(NamesColumn, nameof(ClassRow.Label))],
            keyData: ml.Data.LoadFromEnumerable(_names.Select(name => new KeyName { LabelName = name })))
        .Append(ml.Transforms.Conversion.MapValue(
            nameof(ClassRow.Label), _names.Select((name, index) => KeyValuePair.Create(name, index == 0)), nameof(ClassRow.Label)));

    public override string TrainedName(string label, string option) =>
        Trained(label) ?? throw new InvalidDataException(
            $"{option} names {Names.Quote(label)}; the classes are {Names.Quote(_names)}.{Suggestion.ForClass(label, _names)}");

    /// <summary>true or false for a label of the files; null for what is none.</summary>
    public string? Trained(string label) => TruthWords.Find([.. _names, Classes[0]], Blanks.Trim(label)) is not { } name ? null
        : name == positive ? "true" : "false";

    public override AdaMixTrainer Trainer(
        MLContext ml, AdaMixOptions options, IProgress<TrainingProgress> progress, CancellationToken cancellation) =>
        ml.BinaryClassification.Trainers.AdaMix(options, progress: progress, cancellationToken: cancellation);

    public override IReadOnlyList<Metric> Evaluate(MLContext ml, IDataView scored)
    {
        CalibratedBinaryClassificationMetrics metrics = ml.BinaryClassification.Evaluate(scored);
        return
        [
            new("accuracy", "accuracy", metrics.Accuracy, IsShare: true),
            new("f1", "F1", metrics.F1Score, IsShare: true),
            new("precision", "precision", metrics.PositivePrecision, IsShare: true),
            new("recall", "recall", metrics.PositiveRecall, IsShare: true),
            new("auc", "area under ROC curve", metrics.AreaUnderRocCurve),
            new("auprc", "area under precision-recall curve", metrics.AreaUnderPrecisionRecallCurve),
            new("logLoss", "log loss (bits)", metrics.LogLoss),
        ];
    }

    public override TaskCalibration Calibration(IDataView scored)
    {
        LabelPredictions predictions = LabelPredictions.FromProbabilities([.. ScoreReading.Numbers(scored, "Probability").Zip(
            scored.GetColumn<bool>(scored.Schema["Label"]))]);
        return new TaskCalibration(Names.Quote(positive), predictions.Reliability(), predictions.BrierScore());
    }

    public override IEnumerable<Prediction> Predictions(IDataView scored)
    {
        foreach (double probability in ScoreReading.Numbers(scored, "Probability"))
        {
            bool isPositive = probability > 0.5;
            yield return new Prediction(
                Classes[isPositive ? 1 : 0], isPositive ? probability : 1 - probability, [1 - probability, probability]);
        }
    }

    private sealed class KeyName
    {
        public string LabelName { get; set; } = "";
    }
}
