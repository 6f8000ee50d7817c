using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Tests.Trainers;

/// <summary>What an estimator says of its outputs before there is data is what the trained model gives.</summary>
[TestClass]
public sealed class SchemaTests
{
    private static readonly MLContext Ml = new(seed: 1);

    [TestMethod]
    [DataRow(nameof(LabelledRow.Word))]
    [DataRow(nameof(LabelledRow.Yes))]
    [DataRow(nameof(LabelledRow.Int8))]
    [DataRow(nameof(LabelledRow.UInt8))]
    [DataRow(nameof(LabelledRow.Int16))]
    [DataRow(nameof(LabelledRow.UInt16))]
    [DataRow(nameof(LabelledRow.Int32))]
    [DataRow(nameof(LabelledRow.UInt32))]
    [DataRow(nameof(LabelledRow.Int64))]
    [DataRow(nameof(LabelledRow.UInt64))]
    [DataRow(nameof(LabelledRow.Number))]
    [DataRow(nameof(LabelledRow.Double))]
    [DataRow(nameof(LabelledRow.Day))]
    [DataRow(nameof(LabelledRow.Moment))]
    [DataRow(nameof(LabelledRow.Duration))]
    public void Multiclass_keys_of_every_type_of_value_are_promised_as_they_are_delivered(string label) =>
        EstimatorAssert.KeepsItsPromise(Ml.MulticlassClassification.Trainers.AdaMix(Options(label)), Keys(label));

    [TestMethod]
    [DataRow(nameof(LabelledRow.Key))]
    [DataRow(nameof(LabelledRow.ByteKey))]
    public void Multiclass_keys_without_values_are_promised_as_they_are_delivered(string label) =>
        EstimatorAssert.KeepsItsPromise(Ml.MulticlassClassification.Trainers.AdaMix(Options(label)), Data());

    [TestMethod]
    public void Binary_outputs_are_promised_as_they_are_delivered() =>
        EstimatorAssert.KeepsItsPromise(Ml.BinaryClassification.Trainers.AdaMix(Options(nameof(LabelledRow.Yes))), Data());

    [TestMethod]
    public void Regression_outputs_are_promised_as_they_are_delivered() =>
        EstimatorAssert.KeepsItsPromise(Ml.Regression.Trainers.AdaMix(Options(nameof(LabelledRow.Number))), Data());

    [TestMethod]
    [DataRow(nameof(LabelledRow.Bools))]
    [DataRow(nameof(LabelledRow.Floats))]
    public void Multi_label_vectors_without_names_are_promised_as_they_are_delivered(string label) =>
        EstimatorAssert.KeepsItsPromise(Ml.MultiLabelClassification.Trainers.AdaMix(Options(label)), Data());

    [TestMethod]
    [DataRow(nameof(LabelledRow.Words))]
    [DataRow(nameof(LabelledRow.Integers))]
    public void Multi_label_keys_are_promised_as_they_are_delivered(string label) =>
        EstimatorAssert.KeepsItsPromise(Ml.MultiLabelClassification.Trainers.AdaMix(Options(label)), Keys(label));

    [TestMethod]
    [DataRow(nameof(LabelledRow.Yes), nameof(LabelledRow.No))]
    [DataRow(nameof(LabelledRow.Yes), nameof(LabelledRow.Yes))] // two slots of one name
    public void Multi_label_vectors_with_named_slots_are_promised_as_they_are_delivered(string first, string second)
    {
        IDataView named = Ml.Transforms.Concatenate("Both", first, second).Fit(Data()).Transform(Data());
        EstimatorAssert.KeepsItsPromise(Ml.MultiLabelClassification.Trainers.AdaMix(Options("Both")), named);
    }

    [TestMethod]
    public void Single_texts_and_columns_of_other_names_are_promised_as_they_are_delivered()
    {
        AdaMixOptions options = Options(nameof(LabelledRow.Word)) with
        {
            SecondTextColumnName = null,
            LogitsColumnName = null,
            EmbeddingColumnName = null,
            ScoreColumnName = nameof(LabelledRow.Number), // hides a column of the input
            PredictedLabelColumnName = "Answer",
        };
        EstimatorAssert.KeepsItsPromise(Ml.MulticlassClassification.Trainers.AdaMix(options), Keys(nameof(LabelledRow.Word)));
    }

    [TestMethod]
    public void A_pipeline_of_estimators_keeps_its_promise() => EstimatorAssert.KeepsItsPromise(
        Ml.Transforms.Conversion.MapValueToKey(nameof(LabelledRow.Int32))
            .Append(Ml.MulticlassClassification.Trainers.AdaMix(Options(nameof(LabelledRow.Int32))))
            .Append(Ml.Transforms.Conversion.MapKeyToValue("PredictedLabel")),
        Data());

    [TestMethod]
    [DataRow(nameof(LabelledRow.Word), "b |     c |     a |")]
    [DataRow(nameof(LabelledRow.Int32), "10 |    20 |     0 |")]
    public void Evaluation_names_classes_by_the_values_of_their_keys(string label, string names)
    {
        IDataView data = Keys(label);
        IDataView scored = Ml.MulticlassClassification.Trainers.AdaMix(Options(label)).Fit(data).Transform(data);
        MulticlassClassificationMetrics metrics = Ml.MulticlassClassification.Evaluate(scored, labelColumnName: label);
        StringAssert.Contains(metrics.ConfusionMatrix.GetFormattedConfusionTable(), names, StringComparison.Ordinal);
    }

    private static AdaMixOptions Options(string label) => new()
    {
        Method = new HeadOnlyTuning(),
        Epochs = 1,
        MaxLength = 8,
        FrozenDropout = false,
        LabelColumnName = label,
        SecondTextColumnName = nameof(LabelledRow.Text2),
        ExampleWeightColumnName = nameof(LabelledRow.Weight),
        LogitsColumnName = "Logits",
        EmbeddingColumnName = "Embedding",
    };

    private static IDataView Data() => Ml.Data.LoadFromEnumerable(Enumerable.Range(0, 6).Select(row => new LabelledRow(row)).ToArray());

    private static IDataView Keys(string label) => Ml.Transforms.Conversion.MapValueToKey(label).Fit(Data()).Transform(Data());

    private sealed class LabelledRow(int row)
    {
        private readonly int _class = (row + 1) % 3;

        public string Text { get; } = $"text {row}";

        public string Text2 { get; } = "another";

        public float Weight { get; } = 1;

        public string Word => ((char)('a' + _class)).ToString();

        public bool Yes => _class == 1;

        public bool No => !Yes;

        public sbyte Int8 => (sbyte)_class;

        public byte UInt8 => (byte)_class;

        public short Int16 => (short)_class;

        public ushort UInt16 => (ushort)_class;

        public int Int32 => 10 * _class;

        public uint UInt32 => (uint)_class;

        public long Int64 => _class;

        public ulong UInt64 => (ulong)_class;

        public float Number => _class + 0.5f;

        public double Double => _class + 0.25;

        public DateTime Day => new(2026, 1, 1 + _class, 0, 0, 0, DateTimeKind.Unspecified);

        public DateTimeOffset Moment => new(Day, TimeSpan.FromHours(1));

        public TimeSpan Duration => TimeSpan.FromHours(_class);

        [KeyType(3)]
        public uint Key => (uint)_class + 1;

        [KeyType(3)]
        public byte ByteKey => (byte)(_class + 1);

        [VectorType(3)]
        public bool[] Bools => [Yes, No, true];

        [VectorType(3)]
        public float[] Floats => [Yes ? 1 : 0, No ? 1 : 0, 1];

        public string[] Words => [Word, "all"];

        public int[] Integers => [_class, 7];
    }
}
