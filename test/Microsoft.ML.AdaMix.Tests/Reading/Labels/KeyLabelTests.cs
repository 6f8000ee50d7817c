using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Reading.Labels;
using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Tests.Reading.Labels;

/// <summary>Labels that are vectors of keys, of every width.</summary>
[TestClass]
public sealed class KeyLabelTests
{
    private static readonly MLContext Ml = new(1);

    [TestMethod]
    [DataRow(nameof(Keys.Bytes))]
    [DataRow(nameof(Keys.Shorts))]
    [DataRow(nameof(Keys.Integers))]
    [DataRow(nameof(Keys.Longs))]
    public void Vectors_of_keys_of_every_width_are_read_and_a_missing_key_is_no_label(string column)
    {
        float[][] targets = Read(TextTask.MultiLabel, column, new Keys(1, 3), new Keys(0), new Keys(), new Keys(2, 2, 0));
        CollectionAssert.AreEqual(new float[] { 1, 0, 1 }, targets[0]);
        CollectionAssert.AreEqual(new float[3], targets[1]);
        CollectionAssert.AreEqual(new float[3], targets[2]);
        CollectionAssert.AreEqual(new float[] { 0, 1, 0 }, targets[3]);
    }

    [TestMethod]
    [DataRow(nameof(Keys.Bytes))]
    [DataRow(nameof(Keys.Shorts))]
    [DataRow(nameof(Keys.Integers))]
    [DataRow(nameof(Keys.Longs))]
    public void A_key_beyond_the_count_is_named_with_column_row_and_count(string column)
    {
        InvalidOperationException error = Assert.ThrowsExactly<InvalidOperationException>(
            () => Read(TextTask.MultiLabel, column, new Keys(1), new Keys(4)));
        Assert.Contains($"'{column}' holds the key 4 in row 1", error.Message);
        Assert.Contains("from 1 to 3", error.Message);
    }

    [TestMethod]
    [DataRow(nameof(Keys.Doubles))]
    [DataRow(nameof(Keys.VariableBools))]
    [DataRow(nameof(Keys.Words))]
    public void Vectors_that_are_no_labels_are_named_with_column_and_type(string column)
    {
        ArgumentOutOfRangeException error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => Read(TextTask.MultiLabel, column, new Keys(1)));
        Assert.Contains($"'{column}'", error.Message);
        Assert.Contains("Vector<", error.Message);
    }

    [TestMethod]
    public void A_vector_that_is_longer_or_shorter_than_its_type_says_is_named_with_its_row()
    {
        foreach (int length in (int[])[2, 4])
        {
            Keys wrong = new(1) { Bools = new bool[length] };
            Assert.Contains(
                $"'Bools' holds {length} values in row 0; 3 are expected",
                Assert.ThrowsExactly<InvalidOperationException>(() => Read(TextTask.MultiLabel, nameof(Keys.Bools), wrong)).Message);
        }
    }

    [TestMethod]
    public void Labels_whose_keys_were_made_elsewhere_are_matched_by_their_values()
    {
        LabelColumn trained = LabelColumns.Create(TextTask.MultiLabel, Words(["a", "b"], ["c"]).Schema["Words"]);
        IDataView other = Words(["d", "c"], ["a"]);
        float[][] targets = Read(trained, other, "Words");
        CollectionAssert.AreEqual(new float[] { 0, 0, 1 }, targets[0], "d is not known");
        CollectionAssert.AreEqual(new float[] { 1, 0, 0 }, targets[1]);
    }

    private static IDataView Words(params string[][] rows)
    {
        IDataView view = Ml.Data.LoadFromEnumerable(rows.Select(words => new Keys(1) { Words = words }));
        return Ml.Transforms.Conversion.MapValueToKey("Words").Fit(view).Transform(view);
    }

    private static float[][] Read(TextTask task, string column, params Keys[] rows)
    {
        IDataView view = Ml.Data.LoadFromEnumerable(rows);
        return Read(LabelColumns.Create(task, view.Schema[column]), view, column);
    }

    private static float[][] Read(LabelColumn label, IDataView view, string column)
    {
        using DataViewRowCursor cursor = view.GetRowCursor([view.Schema[column]]);
        ReadTarget read = label.Open(cursor, view.Schema[column]);
        List<float[]> targets = [];
        float[] target = new float[label.Width];
        while (cursor.MoveNext())
        {
            targets.Add(read(target) ? [.. target] : []);
        }

        return [.. targets];
    }

    private sealed class Keys(params int[] keys)
    {
        [KeyType(3)]
        public byte[] Bytes { get; set; } = [.. keys.Select(key => (byte)key)];

        [KeyType(3)]
        public ushort[] Shorts { get; set; } = [.. keys.Select(key => (ushort)key)];

        [KeyType(3)]
        public uint[] Integers { get; set; } = [.. keys.Select(key => (uint)key)];

        [KeyType(3)]
        public ulong[] Longs { get; set; } = [.. keys.Select(key => (ulong)key)];

        [VectorType(3)]
        public bool[] Bools { get; set; } = new bool[3];

        public bool[] VariableBools { get; set; } = [true];

        [VectorType(3)]
        public double[] Doubles { get; set; } = new double[3];

        public string[] Words { get; set; } = ["a"];
    }
}
