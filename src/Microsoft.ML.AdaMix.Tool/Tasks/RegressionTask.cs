using System.Globalization;
using MathNet.Numerics.Statistics;
using Microsoft.ML.AdaMix.Tool.Data;
using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Tool.Tasks;

/// <summary>A number.</summary>
internal sealed class RegressionTask : LabelledTask
{
    public override string Name => TaskNames.Regression;

    public override IReadOnlyList<string> Classes => [];

    public override LabelProblem? Check(TextRow row) => string.IsNullOrEmpty(row.Label)
        ? LabelProblem.Missing
        : float.IsFinite(NumberOf(row.Label))
            ? null
            : throw new FormatException("expected a number, such as 1.5, as the task is regression");

    public override IDataView View(MLContext ml, TextRows rows, CancellationToken cancellation) => TaskViews.Create(
        ml, rows.Rows.Select(row => new NumberRow
        {
            Label = NumberOf(row.Label),
            Text = row.Text,
            Pair = row.Pair,
            Weight = row.Weight,
        }), rows, cancellation);

    public override AdaMixTrainer Trainer(
        MLContext ml, AdaMixOptions options, IProgress<TrainingProgress> progress, CancellationToken cancellation) =>
        ml.Regression.Trainers.AdaMix(options, progress: progress, cancellationToken: cancellation);

    public override IReadOnlyList<Metric> Evaluate(MLContext ml, IDataView scored)
    {
        RegressionMetrics metrics = ml.Regression.Evaluate(scored);
        double[] labels = ScoreReading.Numbers(scored, "Label");
        double[] scores = ScoreReading.Numbers(scored, "Score");
        return
        [
            new("pearson", "Pearson correlation", Correlation.Pearson(labels, scores)),
            new("spearman", "Spearman correlation", Correlation.Spearman(labels, scores)),
            new("rSquared", "R²", metrics.RSquared),
            new("rootMeanSquaredError", "root mean squared error", metrics.RootMeanSquaredError),
            new("meanAbsoluteError", "mean absolute error", metrics.MeanAbsoluteError),
        ];
    }

    public override IEnumerable<Prediction> Predictions(IDataView scored) => ScoreReading
        .Numbers(scored, "Score")
        .Select(score => new Prediction(((float)score).ToString(CultureInfo.InvariantCulture), null, []));

    private static float NumberOf(string? label) =>
        float.TryParse(label, NumberStyles.Float, CultureInfo.InvariantCulture, out float value) ? value : float.NaN;
}
