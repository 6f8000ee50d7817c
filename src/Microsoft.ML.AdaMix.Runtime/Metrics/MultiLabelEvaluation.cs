using Microsoft.ML.AdaMix.Hosting;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Wording;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.AdaMix.Metrics;

/// <summary>Computes <see cref="MultiLabelMetrics"/> of scored rows.</summary>
internal static class MultiLabelEvaluation
{
    public static MultiLabelMetrics Evaluate(IHostEnvironment environment, IDataView data, string label, string score, string predicted)
    {
        Rows rows = Read(environment, data, label, score, predicted);
        int labels = rows.Labels;
        int count = rows.Scores.Count;
        (int Both, int Predicted, int Actual)[] counts = new (int, int, int)[labels];
        int wholly = 0;
        long wrong = 0;
        for (int row = 0; row < count; row++)
        {
            int wrongInRow = 0;
            for (int i = 0; i < labels; i++)
            {
                bool found = rows.Predicted[row][i];
                bool expected = rows.Actual[row][i];
                counts[i].Both += found && expected ? 1 : 0;
                counts[i].Predicted += found ? 1 : 0;
                counts[i].Actual += expected ? 1 : 0;
                wrongInRow += found != expected ? 1 : 0;
            }

            wholly += wrongInRow == 0 ? 1 : 0;
            wrong += wrongInRow;
        }

        double[] f1 = Array.ConvertAll(counts, F1);
        double[] precision = [.. Enumerable.Range(0, labels).Select(i => AveragePrecision(rows, i))];
        double[] occurring = [.. precision.Where(value => !double.IsNaN(value))];
        return new MultiLabelMetrics(
            F1((counts.Sum(label => label.Both), counts.Sum(label => label.Predicted), counts.Sum(label => label.Actual))),
            f1.Average(),
            occurring.Length == 0 ? double.NaN : occurring.Average(),
            (double)wholly / count,
            wrong / ((double)count * labels),
            f1,
            precision);
    }

    private static double F1((int Both, int Predicted, int Actual) counts) =>
        counts.Predicted + counts.Actual == 0 ? 1 : 2.0 * counts.Both / (counts.Predicted + counts.Actual);

    private static double AveragePrecision(Rows rows, int label)
    {
        (float Score, bool Actual)[] ordered = [.. Enumerable.Range(0, rows.Scores.Count)
            .Select(row => (rows.Scores[row][label], rows.Actual[row][label]))
            .OrderByDescending(row => row.Item1)];
        int positives = ordered.Count(row => row.Actual);
        if (positives == 0)
        {
            return double.NaN;
        }

        double area = 0;
        int found = 0;
        int counted = 0;
        for (int n = 1; n <= ordered.Length; n++)
        {
            found += ordered[n - 1].Actual ? 1 : 0;
            if (n == ordered.Length || ordered[n].Score < ordered[n - 1].Score)
            {
                area += (found - counted) / (double)positives * ((double)found / n);
                counted = found;
            }
        }

        return area;
    }

    private static Rows Read(IHostEnvironment environment, IDataView data, string label, string score, string predicted)
    {
        DataViewSchema.Column labelColumn = Column(data.Schema, label);
        DataViewSchema.Column scoreColumn = Column(data.Schema, score);
        DataViewSchema.Column predictedColumn = Column(data.Schema, predicted);
        int labels = scoreColumn.Type is VectorDataViewType { Size: > 0 } vector && vector.ItemType == NumberDataViewType.Single
            ? vector.Size
            : throw Mismatch(scoreColumn, "a vector of Single of known size");
        if (predictedColumn.Type is not VectorDataViewType { ItemType: BooleanDataViewType } predictions || predictions.Size != labels)
        {
            throw Mismatch(predictedColumn, $"a vector of {labels} Booleans");
        }

        Rows rows = new(labels);
        using DataViewRowCursor cursor = data.GetRowCursor([labelColumn, scoreColumn, predictedColumn]);
        ReadLabels readLabels = Labels(cursor, labelColumn, scoreColumn, labels);
        Func<float[]> readScores = LabelReader.Values<float>(cursor, scoreColumn);
        Func<bool[]> readPredictions = LabelReader.Values<bool>(cursor, predictedColumn);
        bool[] actual = new bool[labels];
        ContextWatch context = new(environment);
        while (cursor.MoveNext())
        {
            context.ThrowIfCanceled();
            if (readLabels(actual))
            {
                rows.Actual.Add([.. actual]);
                rows.Scores.Add(readScores());
                rows.Predicted.Add(readPredictions());
            }
        }

        return rows.Scores.Count > 0 ? rows : throw new InvalidOperationException(
            $"There is no row with a label in column '{label}' to evaluate.");
    }

    private static ReadLabels Labels(DataViewRowCursor cursor, DataViewSchema.Column column, DataViewSchema.Column scores, int labels)
    {
        if (column.Type is VectorDataViewType { ItemType: KeyDataViewType keys })
        {
            int[]? map = keys.Count <= int.MaxValue ? LabelReader.Map(LabelKeys.From(column).Names, SlotNames(scores)) : null;
            if (map is null ? keys.Count == (ulong)labels : map.Max() >= 0)
            {
                return Keyed(LabelReader.Keys(cursor, column), map);
            }
        }
        else if (column.Type is VectorDataViewType vector && vector.Size == labels)
        {
            if (vector.ItemType is BooleanDataViewType)
            {
                return Dense(LabelReader.Values<bool>(cursor, column), value => value, _ => false);
            }

            if (vector.ItemType == NumberDataViewType.Single)
            {
                return Dense(LabelReader.Values<float>(cursor, column), value => value > 0.5f, float.IsNaN);
            }
        }

        throw Mismatch(column, $"a vector of {labels} Booleans or Singles, or a vector of keys of {Counts.Of(labels, "label")}");
    }

    private static ReadLabels Keyed(Func<List<int>> read, int[]? map) => actual =>
    {
        Array.Clear(actual);
        foreach (int key in read())
        {
            if ((map is null ? key : map[key]) is >= 0 and var label)
            {
                actual[label] = true;
            }
        }

        return true;
    };

    private static ReadLabels Dense<T>(Func<T[]> read, Func<T, bool> isYes, Func<T, bool> isMissing) => actual =>
    {
        T[] values = read();
        for (int i = 0; i < values.Length; i++)
        {
            actual[i] = isYes(values[i]);
        }

        return !Array.Exists(values, value => isMissing(value));
    };

    // What labels are called where the model was trained; only with names can keys that were made elsewhere be told apart.
    private static string[]? SlotNames(DataViewSchema.Column scores) => scores.HasSlotNames()
        ? LabelKeys.FromSlots(scores, ((VectorDataViewType)scores.Type).Size).Names
        : null;

    private static DataViewSchema.Column Column(DataViewSchema schema, string name) => schema.GetColumnOrNull(name)
        ?? throw new ArgumentOutOfRangeException(nameof(schema),
            $"The column '{name}' was not found; the columns are {string.Join(", ", schema.Select(column => column.Name))}.");

    private static ArgumentOutOfRangeException Mismatch(DataViewSchema.Column column, string expected) =>
        new(nameof(column), $"Schema mismatch for column '{column.Name}': expected {expected}, found {column.Type}.");

    /// <summary>Reads the current row's labels.</summary>
    /// <returns>False where the row has no label.</returns>
    private delegate bool ReadLabels(bool[] actual);

    private sealed record Rows(int Labels)
    {
        public List<bool[]> Actual { get; } = [];

        public List<bool[]> Predicted { get; } = [];

        public List<float[]> Scores { get; } = [];
    }
}
