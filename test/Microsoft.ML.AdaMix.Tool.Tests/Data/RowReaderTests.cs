using Microsoft.ML.AdaMix.Tool.Data;

namespace Microsoft.ML.AdaMix.Tool.Tests.Data;

[TestClass]
public sealed class RowReaderTests
{
    [TestMethod]
    public void Quotes_mean_nothing_in_tsv()
    {
        using RowReader rows = Open("label\ttext\na\tsay \"hi\", please\n\nb\t\n", RowFormat.Tsv);
        Assert.IsTrue(rows.MoveNext());
        CollectionAssert.AreEqual(new[] { "a", "say \"hi\", please" }, rows.Fields.ToArray());
        Assert.IsTrue(rows.MoveNext());
        CollectionAssert.AreEqual(new[] { "b", "" }, rows.Fields.ToArray());
        Assert.AreEqual(4, rows.Line);
        Assert.IsFalse(rows.MoveNext());
    }

    [TestMethod]
    public void Quoted_csv_fields_hold_commas_quotes_and_line_ends()
    {
        using RowReader rows = Open("label,text\r\n\"a, b\",\"say \"\"hi\"\"\r\nplease\"\r\nc,d", RowFormat.Csv);
        Assert.IsTrue(rows.MoveNext());
        CollectionAssert.AreEqual(new[] { "a, b", "say \"hi\"\r\nplease" }, rows.Fields.ToArray());
        Assert.AreEqual("\"a, b\",\"say \"\"hi\"\"\r\nplease\"", rows.Raw);
        Assert.IsTrue(rows.MoveNext());
        CollectionAssert.AreEqual(new[] { "c", "d" }, rows.Fields.ToArray());
        Assert.AreEqual(4, rows.Line);
        Assert.IsFalse(rows.MoveNext());
    }

    [TestMethod]
    [DataRow("a,b\n\"open", "never closed")]
    [DataRow("a,b\n\"x\"y,z", "behind a closing quote")]
    [DataRow("a,b\nx\"y,z", "inside a field")]
    [DataRow("a,b\n1,2,3", "found 3 fields, expected 2")]
    [DataRow("", "is empty")]
    public void Damaged_csv_is_refused_with_source_and_cause(string text, string cause)
    {
        InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(() =>
        {
            using RowReader rows = Open(text, RowFormat.Csv);
            while (rows.MoveNext())
            {
            }
        });
        StringAssert.Contains(error.Message, cause, StringComparison.Ordinal);
        StringAssert.Contains(error.Message, "'rows'", StringComparison.Ordinal);
    }

    [TestMethod]
    public void A_tsv_row_with_other_fields_than_the_header_is_refused_with_its_line()
    {
        using RowReader rows = Open("label\ttext\na\tb\na\n", RowFormat.Tsv);
        Assert.IsTrue(rows.MoveNext());
        InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(() => rows.MoveNext());
        StringAssert.Contains(error.Message, "line 3", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Json_values_become_text_and_arrays_stay_lists()
    {
        using RowReader rows = Open(
            "{\"label\":[\"a\",\"b\"],\"text\":\"é\",\"n\":1.50,\"yes\":true}\n{\"text\":null,\"more\":1}\n", RowFormat.JsonLines);
        CollectionAssert.AreEqual(new[] { "label", "text", "n", "yes" }, rows.Columns.ToArray());
        Assert.IsTrue(rows.MoveNext());
        CollectionAssert.AreEqual(new[] { "[\"a\",\"b\"]", "é", "1.50", "true" }, rows.Fields.ToArray());
        Assert.IsTrue(rows.MoveNext());
        CollectionAssert.AreEqual(new string?[] { null, null, null, null }, rows.Fields.ToArray());
        Assert.IsFalse(rows.MoveNext());
    }

    [TestMethod]
    [DataRow("{\"text\":\"a\"}\n[1]\n", "line 2")]
    [DataRow("{\"text\":\"a\"}\n{\"text\":\n", "not valid JSON")]
    public void Lines_that_are_no_json_objects_are_refused(string text, string cause)
    {
        using RowReader rows = Open(text, RowFormat.JsonLines);
        Assert.IsTrue(rows.MoveNext());
        InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(() => rows.MoveNext());
        StringAssert.Contains(error.Message, cause, StringComparison.Ordinal);
    }

    [TestMethod]
    public void Empty_lines_of_a_file_of_lines_are_texts()
    {
        using RowReader rows = Open("a\n\nb", RowFormat.Lines);
        List<string?> texts = [];
        while (rows.MoveNext())
        {
            texts.Add(rows.Fields[0]);
        }

        CollectionAssert.AreEqual(new[] { "a", "", "b" }, texts);
    }

    [TestMethod]
    public void Sentence_columns_are_a_pair_where_there_is_no_text_column()
    {
        using RowReader rows = Open("label\tsentence1\tsentence2\n", RowFormat.Tsv);
        Assert.AreEqual(new TextColumns(0, 1, 2, null), TextColumns.Find(rows, new ColumnNames(), needsLabel: true));
    }

    [TestMethod]
    public void Named_columns_go_before_usual_ones()
    {
        using RowReader rows = Open("label\ttext\tbody\tstars\tw\n", RowFormat.Tsv);
        Assert.AreEqual(new TextColumns(3, 2, null, 4), TextColumns.Find(rows, new ColumnNames
        {
            Label = "stars",
            Text = "body",
            Weight = "w",
        }, needsLabel: true));
    }

    [TestMethod]
    public void A_missing_column_is_named_with_the_columns_there_are_and_the_option()
    {
        using RowReader rows = Open("topic\ttext\n", RowFormat.Tsv);
        InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(
            () => TextColumns.Find(rows, new ColumnNames(), needsLabel: true));
        Assert.AreEqual("'rows' has no column 'label'; its columns are 'topic', 'text'. Name the right one with --label.", error.Message);
    }

    [TestMethod]
    public void An_unknown_file_ending_names_the_known_ones()
    {
        InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(() => RowFormats.FromPath("rows.xlsx"));
        StringAssert.Contains(error.Message, ".tsv, .csv, .jsonl", StringComparison.Ordinal);
    }

    [TestMethod]
    public void A_weight_that_is_no_number_is_refused_with_its_line()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("rows.tsv", "label\ttext\tw\na\tb\t1\na\tb\t-1\n");
        InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(
            () => TextRows.Read(path, ReadingOptions.Default, new ColumnNames { Weight = "w" }));
        StringAssert.Contains(error.Message, "line 3", StringComparison.Ordinal);
    }

    private static RowReader Open(string text, RowFormat format) => Rows.Open(text, format);
}
