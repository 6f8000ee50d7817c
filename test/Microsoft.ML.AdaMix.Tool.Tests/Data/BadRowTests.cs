using Microsoft.ML.AdaMix.Tool.Data;

namespace Microsoft.ML.AdaMix.Tool.Tests.Data;

[TestClass]
public sealed class BadRowTests
{
    private static readonly ReadingOptions Skip = new() { SkipBadRows = true };

    [TestMethod]
    [DataRow("csv", "label,text\na,one\nbroken\nb,two\nb,two,three\n", 2)]
    [DataRow("csv", "label,text\na,one\nx,\"open\nb,two\n", 1)]
    [DataRow("csv", "label,text\na,one\nx,open\"\nb,\"two\"\n", 1)]
    [DataRow("csv", "label,text\na,one\nx,\"y\"z\nb,two\n", 1)]
    [DataRow("csv", "label,text\na,one\nlabel,text\nb,two\n", 1)]
    [DataRow("tsv", "label\ttext\na\tone\n\tx\ty\nb\ttwo\n", 1)]
    [DataRow("tsv", "label\ttext\na\tone\na\tNUL\0\nb\ttwo\n", 1)]
    [DataRow("jsonl", "{\"label\":\"a\",\"text\":\"one\"}\n{\"label\":\n[1]\n{\"label\":\"b\",\"text\":\"two\"}\n", 2)]
    [DataRow("jsonl", "{\"label\":\"a\",\"text\":\"one\"}\n{\"text\":[\"x\"]}\n{\"text\":{}}\n{\"label\":\"b\",\"text\":\"two\"}\n", 2)]
    [DataRow("jsonl", "{\"label\":\"a\",\"text\":\"one\"}\n{\"text\":\"\\ud83d\"}\n{\"label\":\"b\",\"text\":\"two\"}\n", 1)]
    public void Broken_rows_are_left_out_counted_and_named(string format, string text, int broken)
    {
        using RowReader reader = Rows.Open(text, RowFormats.Names[format], Skip);
        CollectionAssert.AreEqual(new (string?, string)[] { ("a", "one"), ("b", "two") }, Rows.All(reader));
        Assert.AreEqual(broken, reader.Skipped!.Count);
        string line = format == "jsonl" ? "line 2" : "line 3";
        Assert.StartsWith($"'rows': {broken} broken row{(broken == 1 ? " was" : "s were")} left out: 'rows', {line}: ",
            reader.Skipped.Report("rows"));
        Assert.Contains(
            line, Assert.ThrowsExactly<InvalidDataException>(() => Rows.All(Rows.Open(text, RowFormats.Names[format]))).Message);
    }

    [TestMethod]
    public void Bytes_that_are_no_text_break_their_row_only()
    {
        byte[] bytes = [.. "label,text\na,one\nx,"u8, 0xFF, .. "\nb,two\n"u8];
        using RowReader reader = Rows.Open(bytes, RowFormat.Csv, Skip);
        CollectionAssert.AreEqual(new (string?, string)[] { ("a", "one"), ("b", "two") }, Rows.All(reader));
        Assert.AreEqual(1, reader.Skipped!.Count);
    }

    [TestMethod]
    public void A_broken_line_of_text_keeps_its_place()
    {
        byte[] bytes = [.. "one\n"u8, 0xFF, .. "\nthree\n"u8];
        using RowReader reader = Rows.Open(bytes, RowFormat.Lines, Skip);
        TextColumns columns = TextColumns.Find(reader, new ColumnNames(), needsLabel: false);
        string?[] texts = [.. RowBatches.Read(reader, columns, 8, CancellationToken.None).SelectMany(batch => batch)
            .Select(row => row.Row?.Text)];
        CollectionAssert.AreEqual(new[] { "one", null, "three" }, texts);
    }

    [TestMethod]
    public void A_weight_that_is_no_number_breaks_its_row()
    {
        using TemporaryFolder folder = new();
        TextRows rows = TextRows.Read(
            folder.Write("rows.tsv", "label\ttext\tw\na\tb\t1\na\tb\t-1\nc\td\t 2 \n"), Skip, new ColumnNames { Weight = "w" });
        CollectionAssert.AreEqual(new[] { 1f, 2f }, rows.Rows.Select(row => row.Weight).ToArray());
        Assert.AreEqual(1, rows.Skipped!.Count);
    }

    [TestMethod]
    public void Of_many_broken_rows_the_first_are_named()
    {
        using RowReader reader = Rows.Open("label,text\na,one\n" + string.Concat(Enumerable.Repeat("x\n", 1000)), RowFormat.Csv, Skip);
        Assert.HasCount(1, Rows.All(reader));
        string report = reader.Skipped!.Report("rows")!;
        Assert.StartsWith("'rows': 1000 broken rows were left out, the first of them: ", report);
        Assert.Contains("line 7:", report);
        Assert.DoesNotContain("line 8:", report);
    }

    [TestMethod]
    public void A_header_is_no_row_that_could_be_left_out() =>
        Assert.ThrowsExactly<InvalidDataException>(() => Rows.Open([0xFF, (byte)'\n'], RowFormat.Csv, Skip));
}
