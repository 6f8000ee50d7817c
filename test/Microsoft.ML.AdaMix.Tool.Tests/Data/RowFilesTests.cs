using System.IO.Compression;
using System.Text;
using Microsoft.ML.AdaMix.Tool.Data;

namespace Microsoft.ML.AdaMix.Tool.Tests.Data;

[TestClass]
public sealed class RowFilesTests
{
    private static readonly (string?, string)[] TwoRows = [("a", "one"), ("b", "two")];

    [TestMethod]
    [DataRow("csv", "")]
    [DataRow("tsv", "\uFEFF")]
    [DataRow("jsonl", "\n \n")]
    [DataRow("csv", "\r\n\n")]
    public void A_file_without_a_header_is_empty(string format, string text) =>
        Assert.Contains(
            "'rows' is empty; expected",
            Assert.ThrowsExactly<InvalidDataException>(() => Rows.Open(text, RowFormats.Names[format])).Message);

    [TestMethod]
    [DataRow("rows.csv")]
    [DataRow("rows.tsv")]
    public void A_header_alone_is_no_row_to_train_on_and_none_to_predict(string name)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write(name, name == "rows.csv" ? "label,text" : "label\ttext\r\n");
        Assert.Contains("holds no row", Assert.ThrowsExactly<InvalidDataException>(
            () => TextRows.Read(path, ReadingOptions.Default, new ColumnNames())).Message);
        Assert.IsEmpty(Rows.All(RowFiles.Open(path, ReadingOptions.Default), needsLabel: false));
    }

    [TestMethod]
    [DataRow("\r")]
    [DataRow("\r\n")]
    [DataRow("\n\n")]
    public void Rows_end_with_cr_lf_or_both(string end)
    {
        foreach (string format in new[] { "csv", "tsv" })
        {
            char delimiter = format == "csv" ? ',' : '\t';
            CollectionAssert.AreEqual(
                TwoRows, Rows.All(Rows.Open(
                    string.Join(end, $"label{delimiter}text", $"a{delimiter}one", $"b{delimiter}two"), RowFormats.Names[format])));
        }
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(8)]
    [DataRow(9)]
    [DataRow(200)]
    public void A_compressed_file_that_lacks_its_end_is_refused_and_not_read_in_part(int missing)
    {
        using TemporaryFolder folder = new();
        byte[] whole = Compressed("label,text\n" + string.Concat(Enumerable.Range(0, 400).Select(i => $"a,{Guid.NewGuid()}\n")));
        string path = folder.Write("rows.csv.gz", whole[..^missing]);
        Assert.Contains("rows.csv.gz' cannot be unpacked: it is no whole gzip file", Assert.ThrowsExactly<IOException>(
            () => TextRows.Read(path, ReadingOptions.Default, new ColumnNames())).Message);
    }

    [TestMethod]
    public void A_compressed_file_of_several_parts_is_read_whole_and_one_with_other_bytes_in_it_is_refused()
    {
        using TemporaryFolder folder = new();
        byte[] parts = [.. Compressed("label,text\na,one\n"), .. Compressed("b,two\n")];
        CollectionAssert.AreEqual(TwoRows, Rows.All(RowFiles.Open(folder.Write("rows.csv.gz", parts), ReadingOptions.Default)));
        byte[] changed = [.. parts];
        changed[^6] ^= 0x55; // the checksum of the second part
        Assert.ThrowsExactly<IOException>(() => Rows.All(RowFiles.Open(folder.Write("other.csv.gz", changed), ReadingOptions.Default)));
    }

    [TestMethod]
    public void A_first_line_of_Excel_that_names_the_separator_is_no_header()
    {
        CollectionAssert.AreEqual(TwoRows, Rows.All(Rows.Open("sep=,\nlabel,text\na,one\nb,two\n", RowFormat.Csv)));
        Assert.Contains("Give --delimiter ';'.", Assert.ThrowsExactly<InvalidDataException>(
            () => Rows.Open("sep=;\nlabel;text\na;one\n", RowFormat.Csv)).Message);
    }

    private static byte[] Compressed(string text)
    {
        using MemoryStream packed = new();
        using (GZipStream stream = new(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            stream.Write(Encoding.UTF8.GetBytes(text));
        }

        return packed.ToArray();
    }

    [TestMethod]
    [DataRow("rows.csv")]
    [DataRow("rows")]
    public void A_folder_is_no_file_of_rows(string name)
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder.At(name));
        Assert.Contains("is a folder", Assert.ThrowsExactly<IOException>(
            () => RowFiles.Open(folder.At(name), ReadingOptions.Default)).Message);
        Assert.Contains("is a folder", Assert.ThrowsExactly<IOException>(
            () => TextRows.Read(folder.At(name), ReadingOptions.Default, new ColumnNames())).Message);
    }

    [TestMethod]
    public void Gzip_is_unpacked_by_its_ending_and_named_without()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("rows.csv.gz", "");
        using (GZipStream packed = new(File.Create(path), CompressionLevel.Fastest))
        {
            packed.Write("label,text\na,one\nb,two\n"u8);
        }

        CollectionAssert.AreEqual(TwoRows, Rows.All(RowFiles.Open(path, ReadingOptions.Default)));
        File.Move(path, folder.At("rows.csv"));
        Assert.Contains("is compressed with gzip", Assert.ThrowsExactly<IOException>(
            () => RowFiles.Open(folder.At("rows.csv"), ReadingOptions.Default)).Message);
        string plain = folder.Write("plain.csv.gz", "label,text\na,one\n");
        Assert.Contains("cannot be unpacked", Assert.ThrowsExactly<IOException>(
            () => RowFiles.Open(plain, new ReadingOptions { SkipBadRows = true })).Message);
    }

    [TestMethod]
    [DataRow("PK\u0003\u0004", "Excel workbook")]
    [DataRow("PAR1\u0015", "--format parquet")]
    [DataRow("%PDF-1.7", "PDF")]
    public void Files_that_are_no_rows_are_told_by_their_beginning(string begin, string said) => Assert.Contains(
        said, Assert.ThrowsExactly<IOException>(() => Rows.Open(Encoding.Latin1.GetBytes(begin), RowFormat.Csv)).Message);

    [TestMethod]
    public void What_is_written_as_csv_comes_back()
    {
        Random random = new(1);
        const string Letters = "ab,\"\r\n; \t é";
        for (int trial = 0; trial < 500; trial++)
        {
            string[][] rows = [.. Enumerable.Range(0, 3).Select(_ => Enumerable.Range(0, 3).Select(
                _ => string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => Letters[random.Next(Letters.Length)]))).ToArray())];
            string text = string.Concat(rows.Select(row => $"{string.Join(',', row.Select(Quoted))}\r\n").Prepend("x,y,z\n"));
            using RowReader reader = Rows.Open(text, RowFormat.Csv);
            foreach (string[] row in rows)
            {
                Assert.IsTrue(reader.MoveNext());
                CollectionAssert.AreEqual(row, reader.Fields.ToArray());
                Assert.AreEqual(string.Join(',', row.Select(Quoted)), reader.Raw);
            }

            Assert.IsFalse(reader.MoveNext());
        }
    }

    private static string Quoted(string field) => $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
