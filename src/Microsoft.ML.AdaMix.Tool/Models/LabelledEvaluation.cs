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
        IDataView scored = model.Transform(task.View(ml, rows, cancellation), cancellation);
        string[] columns = [.. Judged.Where(column => scored.Schema.GetColumnOrNull(column) is not null)];
        IDataView kept = ml.Data.Cache(ml.Transforms.SelectColumns(columns).Fit(scored).Transform(scored));
        IReadOnlyList<Metric> metrics = task.Evaluate(ml, kept);
        TaskCalibration? calibration = task.Calibration(kept);
        cancellation.ThrowIfCancellationRequested();
        return ([.. metrics, .. calibration?.Metrics ?? []], calibration);
    }

    /// <summary>Says, before rows are scored, how many are longer than the model reads and how much of them is cut.</summary>
    public static CutTexts SayCut(
        MLContext ml, ITransformer model, LabelledTask task, TextRows rows, Output output, CancellationToken cancellation)
    {
        CutTexts cut = model.CountCutTexts(task.View(ml, rows, cancellation), cancellation);
        if (cut.Cut > 0)
        {
            bool hasTemplate = AdaMixTransformer.FindIn(model).First().Model.Tuned.Input.Template is not null;
            output.Warn(
                $"Of {Path.GetFileName(rows.Source)}, {cut} The model was trained with --max-length {cut.MaxLength}; "
                + Remedy(cut, hasTemplate));
        }

        return cut;
    }

    /// <summary>What reads more of cut texts, with this model where that can be.</summary>
    public static string Remedy(CutTexts cut, bool hasTemplate)
    {
        const string Longer = "training with a higher one reads more of them, as far as the encoder can";
        string half = cut.HalvedPairs > 0 ? " Of a pair's shorter text, training with a higher --max-length reads more." : string.Empty;
        return cut switch
        {
            { MaxWindows: 1 } => hasTemplate
                ? $"{Longer}."
                : $"{Longer}, and --long-texts of 'adamix evaluate' and 'adamix predict' reads them in windows.",
            { BeyondWindows: 0 } => "training with a higher one reads more of the shorter texts.",
            _ => $"a higher --max-windows of 'adamix evaluate' and 'adamix predict' reads more of them.{half}",
        };
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
