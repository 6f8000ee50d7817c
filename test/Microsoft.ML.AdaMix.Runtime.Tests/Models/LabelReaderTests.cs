using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Models;

/// <summary>Keys that stand alone. ML.NET's own loading of objects lets through no key that its type does not allow.</summary>
[TestClass]
public sealed class LabelReaderTests
{
    [TestMethod]
    public void Keys_of_every_width_count_from_zero_and_a_missing_one_is_minus_one()
    {
        foreach ((ulong key, int index) in new[] { (1ul, 0), (3ul, 2), (0ul, -1) })
        {
            Assert.AreEqual(index, Read((byte)key));
            Assert.AreEqual(index, Read((ushort)key));
            Assert.AreEqual(index, Read((uint)key));
            Assert.AreEqual(index, Read(key));
        }
    }

    [TestMethod]
    public void A_key_beyond_the_count_is_named_with_column_row_and_count()
    {
        AssertNamed("4", () => Read((byte)4));
        AssertNamed("4", () => Read((ushort)4));
        AssertNamed("4", () => Read(4u));
        AssertNamed("18446744073709551615", () => Read(ulong.MaxValue));
    }

    private static void AssertNamed(string key, Func<int> read)
    {
        InvalidOperationException error = Assert.ThrowsExactly<InvalidOperationException>(() => _ = read());
        Assert.AreEqual(
            $"Label column 'Key' holds the key {key} in row 7; its type has keys from 1 to 3, and 0 for a missing one. "
            + "Correct or filter the row.",
            error.Message);
    }

    private static int Read<T>(T key)
    {
        DataViewSchema.Builder builder = new();
        builder.AddColumn("Key", new KeyDataViewType(typeof(T), 3));
        using OneKey<T> row = new(builder.ToSchema(), key);
        return LabelReader.Key(row, row.Schema["Key"])();
    }

    private sealed class OneKey<T>(DataViewSchema schema, T key) : DataViewRow
    {
        public override long Position => 7;

        public override long Batch => 0;

        public override DataViewSchema Schema => schema;

        public override bool IsColumnActive(DataViewSchema.Column column) => true;

        public override ValueGetter<DataViewRowId> GetIdGetter() => throw new NotSupportedException();

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
            (ValueGetter<TValue>)(object)(ValueGetter<T>)((ref T value) => value = key);
    }
}
