using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Metrics;
using Microsoft.ML.AdaMix.Tool.Data;
using Microsoft.ML.AdaMix.Tool.Tasks;
using Microsoft.ML.AdaMix.Tool.Terminal;
using Microsoft.ML.AdaMix.Wording;
using Spectre.Console;

namespace Microsoft.ML.AdaMix.Tool.Models;

/// <summary>Judges models and shows what came out.</summary>
internal static class LabelledEvaluation
{
    private static readonly string[] Judged = ["Label", "PredictedLabel", "Score", "Probability"];

    /// <summary>The task's metrics on rows whose labels the model knows, and its calibration. The rows are scored once.</summary>
    public static (IReadOnlyList<Metric> Metrics, TaskCalibration? Calibration) Evaluate(
        MLContext ml, ITransformer model, LabelledTask task, TextRows rows, CancellationToken cancellation)
    {
        IDataView scored = model.Transform(task.View(ml, rows, cancellation));
        string[] columns = [.. Judged.Where(column => scored.Schema.GetColumnOrNull(column) is not null)];
        IDataView kept = ml.Data.Cache(ml.Transforms.SelectColumns(columns).Fit(scored).Transform(scored));
        IReadOnlyList<Metric> metrics = task.Evaluate(ml, kept);
        TaskCalibration? calibration = task.Calibration(kept);
        return ([.. metrics, .. calibration?.Metrics ?? []], calibration);
    }

    /// <summary>Says, before rows are scored, how many are longer than the model reads and how much of them is cut.</summary>
    public static CutTexts SayCut(
        MLContext ml, ITransformer model, LabelledTask task, TextRows rows, Output output, CancellationToken cancellation)
    {
        CutTexts cut = model.CountCutTexts(task.View(ml, rows, cancellation), cancellation);
        if (cut.Cut > 0)
        {
            string remedy = cut.MaxWindows > 1
                ? "training with more --max-windows reads more of them."
                : "training with a higher one reads more of them, as far as the encoder can, and --long-texts whatever their length.";
            output.Warn(
                $"Of {Path.GetFileName(rows.Source)}, {cut} The model was trained with --max-length {cut.MaxLength}; {remedy}");
        }

        return cut;
    }

    public static Table ToTable(IReadOnlyList<Metric> metrics, TextRows rows)
    {
        Table table = new Table().Border(TableBorder.Simple).AddColumn(
            new TableColumn(new Text($"{Counts.Of(rows.Count, "row")} of {Path.GetFileName(rows.Source)}"))).AddColumn(
            "", column => column.RightAligned());
        foreach (Metric metric in metrics)
        {
            table.AddRow(new Text(metric.Title), new Text(metric.ToString()));
        }

        return table;
    }

    /// <summary>The bins that have predictions.</summary>
    public static JsonArray ToJson(ReliabilityCurve reliability) =>
        [.. reliability.Bins.Where(bin => bin.Count > 0).Select(bin => (JsonNode)new JsonObject
        {
            ["from"] = bin.From,
            ["to"] = bin.To,
            ["count"] = bin.Count,
            ["probability"] = bin.Probability,
            ["share"] = bin.Share,
        })];

    public static JsonObject ToJson(IReadOnlyList<Metric> metrics) =>
        new(metrics.Select(metric => KeyValuePair.Create(metric.Name, (JsonNode?)JsonNumber.From(metric.Value))));
}
