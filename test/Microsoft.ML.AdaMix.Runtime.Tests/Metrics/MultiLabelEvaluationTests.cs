using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Metrics;

[TestClass]
public sealed class MultiLabelEvaluationTests
{
    // Label 0: scores 0.9+ 0.8- 0.7+ 0.1-; average precision (1 + 2/3) / 2. Label 1: 0.6- 0.6+ 0.2- 0.1-; tied rows are one step, precision
    // 1/2.
    private static readonly Row[] Rows =
    [
        new() { Label = [true, false], Score = [0.9f, 0.6f], PredictedLabel = [true, true] },
        new() { Label = [false, true], Score = [0.8f, 0.6f], PredictedLabel = [true, true] },
        new() { Label = [true, false], Score = [0.7f, 0.2f], PredictedLabel = [true, false] },
        new() { Label = [false, false], Score = [0.1f, 0.1f], PredictedLabel = [false, false] },
    ];

    [TestMethod]
    public void Metrics_of_a_small_table_are_those_worked_out_by_hand()
    {
        MultiLabelMetrics metrics = Evaluate(Rows);
        Assert.AreEqual(2 * 2.0 / (3 + 2), metrics.PerLabelF1[0], 1e-12);
        Assert.AreEqual(2 * 1.0 / (2 + 1), metrics.PerLabelF1[1], 1e-12);
        Assert.AreEqual(2 * 3.0 / (5 + 3), metrics.MicroF1, 1e-12);
        Assert.AreEqual((0.8 + (2.0 / 3)) / 2, metrics.MacroF1, 1e-12);
        Assert.AreEqual((1 + (2.0 / 3)) / 2, metrics.PerLabelAveragePrecision[0], 1e-12);
        Assert.AreEqual(0.5, metrics.PerLabelAveragePrecision[1], 1e-12);
        Assert.AreEqual((metrics.PerLabelAveragePrecision[0] + 0.5) / 2, metrics.MeanAveragePrecision, 1e-12);
        Assert.AreEqual(0.5, metrics.SubsetAccuracy, 1e-12);
        Assert.AreEqual(2.0 / 8, metrics.HammingLoss, 1e-12);
    }

    [TestMethod]
    public void A_label_that_no_row_has_counts_in_F1_and_not_in_mean_average_precision()
    {
        MultiLabelMetrics metrics = Evaluate([.. Rows.Select(row => new Row
        {
            Label = [row.Label[0], false],
            Score = row.Score,
            PredictedLabel = [row.PredictedLabel[0], false],
        })]);
        Assert.AreEqual(1, metrics.PerLabelF1[1]);
        Assert.IsTrue(double.IsNaN(metrics.PerLabelAveragePrecision[1]));
        Assert.AreEqual(metrics.PerLabelAveragePrecision[0], metrics.MeanAveragePrecision);
    }

    [TestMethod]
    public void Missing_columns_wrong_types_and_no_rows_are_named()
    {
        MLContext ml = new();
        IDataView rows = ml.Data.LoadFromEnumerable(Rows);
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ml.MultiLabelClassification.Evaluate(rows, "Ghost")).Message, "'Ghost'",
            StringComparison.Ordinal);
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(
                () => ml.MultiLabelClassification.Evaluate(rows, predictedLabelColumnName: "Score")).Message,
            "a vector of 2 Booleans", StringComparison.Ordinal);
        Assert.ThrowsExactly<InvalidOperationException>(() => Evaluate([]));
    }

    [TestMethod]
    public void Labels_as_keys_of_every_width_give_the_same_metrics_as_bools()
    {
        MLContext ml = new();
        KeyedRow[] keyed = Array.ConvertAll(Rows, row => new KeyedRow(row));
        double expected = Evaluate(Rows).MacroF1;
        foreach (string label in (string[])["Bytes", "Shorts", "Integers", "Longs"])
        {
            Assert.AreEqual(expected, ml.MultiLabelClassification.Evaluate(ml.Data.LoadFromEnumerable(keyed), label).MacroF1, label);
        }
    }

    [TestMethod]
    public void A_key_beyond_the_count_is_named_with_column_row_and_count()
    {
        MLContext ml = new();
        KeyedRow[] keyed = [new(Rows[0]), new(Rows[1]) { Longs = [3] }];
        InvalidOperationException error = Assert.ThrowsExactly<InvalidOperationException>(
            () => ml.MultiLabelClassification.Evaluate(ml.Data.LoadFromEnumerable(keyed), "Longs"));
        Assert.Contains("'Longs' holds the key 3 in row 1", error.Message);
        Assert.Contains("from 1 to 2", error.Message);
    }

    [TestMethod]
    public void A_row_whose_label_is_missing_is_left_out()
    {
        MLContext ml = new();
        FloatRow[] rows = [.. Rows.Select(row => new FloatRow
        {
            Label = Array.ConvertAll(row.Label, label => label ? 1f : 0),
            Score = row.Score,
            PredictedLabel = row.PredictedLabel,
        })];
        FloatRow missing = new() { Label = [1, float.NaN], Score = [0, 0], PredictedLabel = [false, false] };
        Assert.AreEqual(
            Evaluate(Rows).HammingLoss,
            ml.MultiLabelClassification.Evaluate(ml.Data.LoadFromEnumerable([.. rows, missing])).HammingLoss);
        Assert.Contains("no row with a label", Assert.ThrowsExactly<InvalidOperationException>(
            () => ml.MultiLabelClassification.Evaluate(ml.Data.LoadFromEnumerable([missing]))).Message);
    }

    private static MultiLabelMetrics Evaluate(Row[] rows)
    {
        MLContext ml = new();
        return ml.MultiLabelClassification.Evaluate(ml.Data.LoadFromEnumerable(rows));
    }

    private sealed class KeyedRow(Row row)
    {
        private readonly int[] _keys = [.. Enumerable.Range(0, 2).Select(label => row.Label[label] ? label + 1 : 0)];

        [KeyType(2)]
        public byte[] Bytes => Array.ConvertAll(_keys, key => (byte)key);

        [KeyType(2)]
        public ushort[] Shorts => Array.ConvertAll(_keys, key => (ushort)key);

        [KeyType(2)]
        public uint[] Integers => Array.ConvertAll(_keys, key => (uint)key);

        [KeyType(2)]
        public ulong[] Longs { get; init; } = [.. row.Label.Select((yes, label) => yes ? (ulong)label + 1 : 0)];

        [VectorType(2)]
        public float[] Score => row.Score;

        [VectorType(2)]
        public bool[] PredictedLabel => row.PredictedLabel;
    }

    private sealed class FloatRow
    {
        [VectorType(2)]
        public float[] Label { get; set; } = [];

        [VectorType(2)]
        public float[] Score { get; set; } = [];

        [VectorType(2)]
        public bool[] PredictedLabel { get; set; } = [];
    }

    private sealed class Row
    {
        [VectorType(2)]
        public bool[] Label { get; set; } = [];

        [VectorType(2)]
        public float[] Score { get; set; } = [];

        [VectorType(2)]
        public bool[] PredictedLabel { get; set; } = [];
    }
}
