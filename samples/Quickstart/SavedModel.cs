using Microsoft.ML;
using Microsoft.ML.Data;
using Spectre.Console;

namespace Quickstart;

/// <summary>Uses a model file as an application would: with a context of its own, and nothing of training.</summary>
internal static class SavedModel
{
    private const int ClassesShown = 3;

    /// <summary>Predicts each row alone and shows its most probable classes.</summary>
    public static Table Predict(string path, IEnumerable<Row> rows)
    {
        MLContext ml = new();
        ITransformer model = ml.Model.Load(path, out _);
        using PredictionEngine<Row, Prediction> engine = ml.Model.CreatePredictionEngine<Row, Prediction>(model);
        string[] classes = ClassNames(engine.OutputSchema);

        Table table = new Table().Border(TableBorder.Simple).AddColumns("text", "label", "most probable");
        foreach (Row row in rows)
        {
            Prediction prediction = engine.Predict(row);
            IEnumerable<string> best = prediction.Score.Zip(classes)
                .OrderByDescending(scored => scored.First)
                .Take(ClassesShown)
                .Select(scored => $"{scored.Second} {scored.First:P0}");
            table.AddRow(new Text(row.Pair.Length == 0 ? row.Text : $"{row.Text} | {row.Pair}"), new Text(row.Label),
                new Text(string.Join(", ", best)));
        }

        return table;
    }

    /// <summary>The classes in the order of their scores.</summary>
    private static string[] ClassNames(DataViewSchema schema)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        schema[nameof(Prediction.Score)].GetSlotNames(ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }
}
