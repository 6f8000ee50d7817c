using System.Text;
using Microsoft.ML.AdaMix.Tool.Data;

namespace Microsoft.ML.AdaMix.Tool.Tests.Data;

[TestClass]
public sealed class EncodingTests
{
    private const string Table = "label\ttext\nMüll\tÄpfel 漢字 😀\nMull\tone\n";
    private const string Western = "label\ttext\nMüll\tÄpfel – “quoted”\nMull\tone\n";

    [TestMethod]
    [DataRow("tsv", "label\ttext\nMüll\tone\n")]
    [DataRow("csv", "label,text\nMüll,one\n")]
    [DataRow("jsonl", "{\"label\":\"a\",\"text\":\"b\"}\n{\"label\":\"Müll\",\"text\":\"one\"}\n")]
    public void Bytes_that_are_not_utf8_are_refused_with_line_byte_and_remedy(string format, string text)
    {
        byte[] bytes = TextEncodings.Find("windows-1252")!.GetBytes(text);
        int offset = bytes.AsSpan().IndexOf((byte)0xFC);
        int inLine = offset - Array.LastIndexOf(bytes, (byte)'\n', offset);
        InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(() => Rows.All(Rows.Open(bytes, RowFormats.Names[format])));
        Assert.StartsWith("'rows', line 2: ", error.Message);
        Assert.Contains($"byte {inLine} of the line, at offset {offset} of the file, is 0xFC", error.Message);
        Assert.Contains("not utf-8", error.Message);
        Assert.Contains("--encoding", error.Message);
        Assert.Contains("windows-1252", error.Message);
    }

    [TestMethod]
    public void A_header_that_is_not_utf8_is_refused_too()
    {
        byte[] bytes = TextEncodings.Find("latin1")!.GetBytes("Größe,text\na,b\n");
        Assert.Contains("line 1", Assert.ThrowsExactly<InvalidDataException>(() => Rows.Open(bytes, RowFormat.Csv)).Message);
    }

    [TestMethod]
    public void A_character_that_the_file_ends_in_is_refused() => Assert.Contains(
        "0xE6", Assert.ThrowsExactly<InvalidDataException>(() => Rows.All(
            Rows.Open([.. "text\na\n"u8, 0xE6, 0xBC], RowFormat.Tsv), needsLabel: false)).Message);

    [TestMethod]
    [DataRow("windows-1252", Western)]
    [DataRow("cp1252", Western)]
    [DataRow("1252", Western)]
    [DataRow("iso-8859-1", "label\ttext\nMüll\tÄpfel\nMull\tone\n")]
    [DataRow("ibm850", "label\ttext\nMüll\tÄpfel\nMull\tone\n")]
    [DataRow("macintosh", Western)]
    [DataRow("koi8-r", "label\ttext\nмусор\tяблоко\nMull\tone\n")]
    [DataRow("shift_jis", "label\ttext\n塵\t表漢字\nMull\tone\n")]
    [DataRow("gb18030", Table)]
    [DataRow("utf-16le", Table)]
    [DataRow("utf-16be", Table)]
    [DataRow("utf-32le", Table)]
    [DataRow("utf-32be", Table)]
    [DataRow("UTF8", Table)]
    public void A_named_encoding_is_read(string name, string text)
    {
        Encoding encoding = TextEncodings.Find(name)!;
        (string?, string)[] rows = Rows.All(
            Rows.Open(encoding.GetBytes(text), RowFormat.Tsv, new ReadingOptions { Encoding = encoding }));
        CollectionAssert.AreEqual(Rows.All(Rows.Open(text, RowFormat.Tsv)), rows);
    }

    [TestMethod]
    [DataRow("utf-8")]
    [DataRow("utf-16le")]
    [DataRow("utf-16be")]
    [DataRow("utf-32le")]
    [DataRow("utf-32be")]
    public void A_mark_tells_the_encoding_whatever_the_command_line_says(string name)
    {
        byte[] bytes = TextEncodings.Find(name)!.GetBytes($"\uFEFF{Table}");
        (string?, string)[] expected = Rows.All(Rows.Open(Table, RowFormat.Tsv));
        CollectionAssert.AreEqual(expected, Rows.All(Rows.Open(bytes, RowFormat.Tsv)));
        CollectionAssert.AreEqual(
            expected, Rows.All(Rows.Open(bytes, RowFormat.Tsv, new ReadingOptions { Encoding = TextEncodings.Find("windows-1252") })));
    }

    [TestMethod]
    [DataRow("utf-16le")]
    [DataRow("utf-16be")]
    [DataRow("utf-32le")]
    [DataRow("utf-32be")]
    public void Utf16_and_utf32_without_a_mark_are_noticed(string name)
    {
        byte[] bytes = TextEncodings.Find(name)!.GetBytes(Western);
        Assert.Contains($"Give --encoding {name}", Assert.ThrowsExactly<IOException>(() => Rows.Open(bytes, RowFormat.Tsv)).Message);
    }

    [TestMethod]
    public void A_lone_half_of_a_character_in_utf16_is_refused()
    {
        byte[] bytes = [.. Encoding.Unicode.GetBytes("\uFEFFtext\na\n"), 0x3D, 0xD8, .. Encoding.Unicode.GetBytes("b\n")];
        InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(
            () => Rows.All(Rows.Open(bytes, RowFormat.Tsv), needsLabel: false));
        Assert.Contains("line 3", error.Message);
        Assert.Contains("not utf-16", error.Message);
    }

    [TestMethod]
    [DataRow("tsv")]
    [DataRow("lines")]
    public void Nul_is_refused_with_line_and_character(string format) => Assert.Contains(
        "line 2: character 2 of the line is NUL", Assert.ThrowsExactly<InvalidDataException>(
            () => Rows.All(Rows.Open("text\na\0b\n", RowFormats.Names[format]), needsLabel: false)).Message);

    [TestMethod]
    public void Marks_where_files_were_joined_are_no_part_of_a_row() => CollectionAssert.AreEqual(
        new (string?, string)[] { ("a", "one"), ("b", "two") },
        Rows.All(Rows.Open("\uFEFF{\"label\":\"a\",\"text\":\"one\"}\n\uFEFF{\"label\":\"b\",\"text\":\"two\"}\n", RowFormat.JsonLines)));

    [TestMethod]
    [DataRow("klingon")]
    [DataRow("utf-7")]
    [DataRow("0")]
    [DataRow("-1")]
    [DataRow("99999999999")]
    [DataRow("ibm037")] // its line ends are others
    [DataRow("")]
    public void Names_that_are_no_encoding_of_lines_are_not_found(string name) => Assert.IsNull(TextEncodings.Find(name));

    [TestMethod]
    public void Every_usual_name_is_found()
    {
        foreach (string name in TextEncodings.Usual.Split([", ", " to "], StringSplitOptions.None))
        {
            Assert.IsNotNull(TextEncodings.Find(name), name);
        }
    }
}
