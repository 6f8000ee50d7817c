using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Tool.Data;
using Microsoft.ML.AdaMix.Tool.Tasks;
using Microsoft.ML.AdaMix.Wording;

namespace Microsoft.ML.AdaMix.Tool.Models;

/// <summary>Predicts rows as they come.</summary>
internal sealed record PredictionJob
{
    private const int FewestToDoubt = 4;

    public required MLContext Context { get; init; }

    public required SavedModel Model { get; init; }

    public required RowReader Reader { get; init; }

    public required TextColumns Columns { get; init; }

    public required PredictionWriter Writer { get; init; }

    /// <summary>Flushed after each batch.</summary>
    public required TextWriter Target { get; init; }

    public required int BatchSize { get; init; }

    /// <summary>Hears of rows that were left out.</summary>
    public required Action<string> Warn { get; init; }

    /// <param name="progress">Hears after each batch how many rows are predicted.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>What --json prints.</returns>
    public JsonObject Run(Action<long> progress, CancellationToken cancellation)
    {
        Stopwatch clock = Stopwatch.StartNew();
        long rows = 0;
        SortedDictionary<string, int> counts = new(StringComparer.Ordinal);
        foreach ((string taken, string instead) in Writer.Renamed)
        {
            Warn($"'{Reader.Name}' has a column '{taken}' already; what the model says is called '{instead}'.");
        }

        Writer.WriteHeader();
        Target.Flush();
        foreach (IReadOnlyList<PendingRow> batch in RowBatches.Read(Reader, Columns, BatchSize, cancellation))
        {
            TextRows texts = new(Reader.Name, [.. batch.Select(row => row.Row).OfType<TextRow>()], Model.ReadsPairs, AreWeighted: false);
            if (rows == 0)
            {
                WarnOfLabels(texts);
            }

            IDataView scored = Model.Model.Transform(Model.Task.View(Context, texts, cancellation), cancellation);
            using IEnumerator<Prediction> predictions = Model.Task.Predictions(scored).GetEnumerator();
            foreach (PendingRow row in batch)
            {
                if (row.Row is null)
                {
                    Writer.WriteNothing();
                    continue;
                }

                predictions.MoveNext();
                Prediction prediction = predictions.Current;
                Writer.Write(row.Raw, row.Row.Line, prediction);
                if (Model.Task is MulticlassTask or BinaryTask)
                {
                    counts[prediction.Value] = counts.GetValueOrDefault(prediction.Value) + 1;
                }
            }

            Target.Flush();
            rows += texts.Count;
            progress(rows);
        }

        if (Reader.Skipped?.Report(Reader.Name) is { } skipped)
        {
            Warn(skipped);
        }

        JsonObject result = new()
        {
            ["command"] = "predict",
            ["task"] = Model.Task.Name,
            ["rows"] = rows,
            ["seconds"] = clock.Elapsed.TotalSeconds,
            ["rowsPerSecond"] = rows / Math.Max(1e-9, clock.Elapsed.TotalSeconds),
        };
        if (Reader.Skipped is not null)
        {
            result["skippedRows"] = Reader.Skipped.Count;
        }

        if (counts.Count > 0)
        {
            result["predicted"] = new JsonObject(
                counts.Select(count => KeyValuePair.Create(count.Key, (JsonNode?)JsonValue.Create(count.Value))));
        }

        return result;
    }

    private void WarnOfLabels(TextRows texts)
    {
        HashSet<string> known = new(Model.Task.Classes, StringComparer.Ordinal);
        if (texts.Count >= FewestToDoubt && texts.Rows.All(row => known.Contains(Blanks.Trim(row.Text))))
        {
            Warn(
                $"'{Reader.Name}': all texts of the first {Counts.Of(texts.Count, "row")} are labels of the model, such as "
                + $"{Names.Quote(texts.Rows[0].Text)}. Is another column the text? Name it with --text.");
        }
    }
}
