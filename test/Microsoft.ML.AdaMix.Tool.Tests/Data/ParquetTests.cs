using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML.AdaMix.Tool.Data;
using Parquet;
using Parquet.Serialization;

namespace Microsoft.ML.AdaMix.Tool.Tests.Data;

[TestClass]
public sealed class ParquetTests
{
    private static readonly Row[] Written =
    [
        new() { Label = " a ", Text = "one", Stars = 4.5, Likes = 3, IsNew = true, Tags = ["x", "y, z"], Bits = [1, 0] },
        new() { Label = null, Text = "zwei\n2", Stars = double.NaN, Likes = null, IsNew = false, Tags = [], Bits = [0, 1] },
        new() { Label = "b", Text = "", Stars = -1, Likes = 0, IsNew = true, Tags = ["z"], Bits = [1, 1] },
    ];

    [TestMethod]
    public async Task Texts_numbers_booleans_and_lists_are_read_from_all_groups_of_rows()
    {
        using RowReader reader = await Open(groupOf: 2);
        CollectionAssert.AreEqual(
            new[] { "label", "text", "stars", "likes", "isNew", "tags", "bits" }, reader.Columns.ToArray());
        List<string?[]> rows = [];
        while (reader.MoveNext())
        {
            rows.Add([.. reader.Fields]);
        }

        CollectionAssert.AreEqual(new[] { " a ", "one", "4.5", "3", "true", "[\"x\",\"y, z\"]", "[1,0]" }, rows[0]);
        CollectionAssert.AreEqual(new[] { null, "zwei\n2", null, null, "false", null, "[0,1]" }, rows[1]);
        CollectionAssert.AreEqual(new[] { "b", "", "-1", "0", "true", "[\"z\"]", "[1,1]" }, rows[2]);
        Assert.HasCount(3, rows);
    }

    [TestMethod]
    public async Task A_row_stands_as_json_for_what_is_written_behind_it()
    {
        using RowReader reader = await Open(groupOf: 10);
        Assert.IsTrue(reader.MoveNext());
        JsonElement row = JsonDocument.Parse(reader.Raw).RootElement;
        Assert.AreEqual(RowFormat.JsonLines, reader.RawFormat);
        Assert.AreEqual(4.5, row.GetProperty("stars").GetDouble());
        Assert.AreEqual("y, z", row.GetProperty("tags")[1].GetString());
        Assert.AreEqual(JsonValueKind.True, row.GetProperty("isNew").ValueKind);
    }

    [TestMethod]
    public async Task Labels_lose_blanks_and_a_list_is_no_text()
    {
        using RowReader reader = await Open(groupOf: 10);
        Assert.AreEqual("a", Rows.All(reader)[0].Label);
        using RowReader again = await Open(groupOf: 10);
        TextColumns columns = TextColumns.Find(again, new ColumnNames { Text = "tags" }, needsLabel: false);
        Assert.Contains("'rows', row 1: the column 'tags' holds", Assert.ThrowsExactly<InvalidDataException>(
            () => again.TryRead(columns, out _)).Message);
    }

    [TestMethod]
    [DataRow("label,text\na,b\n")]
    [DataRow("")]
    [DataRow("PAR1 and no more PAR1")]
    public void A_file_that_is_no_parquet_is_refused(string text) => Assert.Contains(
        "'rows' cannot be read as Parquet", Assert.ThrowsExactly<IOException>(() => Rows.Open(text, RowFormat.Parquet)).Message);

    private static async Task<RowReader> Open(int groupOf)
    {
        MemoryStream stream = new();
        await ParquetSerializer.SerializeAsync(Written, stream, new ParquetOptions { RowGroupSize = groupOf });
        return Rows.Open(stream.ToArray(), RowFormat.Parquet);
    }

    private sealed class Row
    {
        [JsonPropertyName("label")]
        public string? Label { get; set; }

        [JsonPropertyName("text")]
        public string? Text { get; set; }

        [JsonPropertyName("stars")]
        public double Stars { get; set; }

        [JsonPropertyName("likes")]
        public int? Likes { get; set; }

        [JsonPropertyName("isNew")]
        public bool IsNew { get; set; }

        [JsonPropertyName("tags")]
        public List<string> Tags { get; set; } = [];

        [JsonPropertyName("bits")]
        public List<int> Bits { get; set; } = [];
    }
}
