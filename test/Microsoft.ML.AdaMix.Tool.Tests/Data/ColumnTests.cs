using Microsoft.ML.AdaMix.Tool.Data;

namespace Microsoft.ML.AdaMix.Tool.Tests.Data;

[TestClass]
public sealed class ColumnTests
{
    private static readonly (string?, string)[] OneRow = [("spam", " two  words ")];

    [TestMethod]
    [DataRow("tsv", " label\ttext \n spam \t two  words \n")]
    [DataRow("csv", "\" label \", text\n\" spam\u00A0\", two  words \n")]
    [DataRow("csv", "\u00A0label\u3000,text\u200B\n\u2003spam\u202F, two  words \n")]
    [DataRow("jsonl", "{\" label\":\"\\tspam \",\"text \":\" two  words \"}\n")]
    [DataRow("jsonl", "{\"label\":\"\\u200bspam\\ufeff\\u2060\",\"text\":\" two  words \"}\n")]
    public void Blanks_of_every_kind_around_names_and_labels_do_not_count_and_texts_stay_as_they_are(string format, string text) =>
        CollectionAssert.AreEqual(OneRow, Rows.All(Rows.Open(text, RowFormats.Names[format])));

    [TestMethod]
    public void A_label_of_blanks_is_an_empty_label() =>
        Assert.AreEqual("", Rows.All(Rows.Open("label\ttext\n \u00A0\u200B \tone\n", RowFormat.Tsv)).Single().Label);

    [TestMethod]
    public void An_object_as_a_label_is_refused_by_its_line() =>
        Assert.Contains("line 1: the column 'label' holds '{\"a\":1}', an object", Assert.ThrowsExactly<InvalidDataException>(
            () => Rows.All(Rows.Open("{\"label\":{\"a\":1},\"text\":\"one\"}\n", RowFormat.JsonLines))).Message);

    [TestMethod]
    public void Blanks_around_a_name_on_the_command_line_do_not_count()
    {
        using RowReader rows = Rows.Open("kind ,body\na,b\n", RowFormat.Csv);
        Assert.AreEqual(
            new TextColumns(0, 1, null, null),
            TextColumns.Find(rows, new ColumnNames { Label = " kind", Text = "body\u00A0" }, needsLabel: true));
    }

    [TestMethod]
    [DataRow("label,text,,,\nspam, two  words ,,,\n")]
    [DataRow(",label,,text,x,x\n1,spam,, two  words ,1,2\n")]
    public void Columns_without_a_name_and_with_the_same_name_are_passed_over_where_others_are_wanted(string text) =>
        CollectionAssert.AreEqual(OneRow, Rows.All(Rows.Open(text, RowFormat.Csv)));

    [TestMethod]
    [DataRow("csv", "label,text,text \na,b,c\n")]
    [DataRow("tsv", "text\tlabel\ttext\na\tb\tc\n")]
    public void A_wanted_column_that_stands_twice_is_refused(string format, string text)
    {
        using RowReader rows = Rows.Open(text, RowFormats.Names[format]);
        Assert.Contains("the column 'text' stands 2 times", Assert.ThrowsExactly<InvalidDataException>(
            () => TextColumns.Find(rows, new ColumnNames(), needsLabel: true)).Message);
    }

    [TestMethod]
    public void One_column_is_not_taken_for_two_things()
    {
        using RowReader rows = Rows.Open("label,text\na,b\n", RowFormat.Csv);
        Assert.Contains("--text and --label are both the column 'text'", Assert.ThrowsExactly<InvalidDataException>(
            () => TextColumns.Find(rows, new ColumnNames { Label = "text" }, needsLabel: true)).Message);
    }

    [TestMethod]
    [DataRow("csv", "label;text\na;b\n", "semicolons: give --delimiter semicolon")]
    [DataRow("csv", "id;\"label\";text, long\n1;a;b, c\n", "semicolons: give --delimiter semicolon")]
    [DataRow("csv", "label\ttext\na\tb\n", "tabs: give --delimiter tab")]
    [DataRow("csv", "label|text\na|b\n", "pipes: give --delimiter pipe")]
    [DataRow("tsv", "label,text\na,b\n", "commas: give --delimiter comma")]
    [DataRow("tsv", "{\"label\":\"a\",\"text\":\"b\"}\n", "give --format jsonl")]
    public void A_header_that_was_split_at_the_wrong_place_gets_a_hint(string format, string text, string hint)
    {
        Assert.Contains(
            hint, Assert.ThrowsExactly<InvalidDataException>(() => Rows.All(Rows.Open(text, RowFormats.Names[format]))).Message);
    }

    [TestMethod]
    [DataRow("rows.csv", ';')]
    [DataRow("rows.csv", '\t')]
    [DataRow("rows.tsv", ',')]
    [DataRow("rows.txt", '|')]
    public void A_delimiter_makes_columns_whatever_the_ending(string name, char delimiter)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write(name, $"label{delimiter}text\nspam{delimiter}\" two  words \"\n");
        CollectionAssert.AreEqual(OneRow, Rows.All(RowFiles.Open(path, new ReadingOptions { Delimiter = delimiter })));
    }

    [TestMethod]
    [DataRow("semicolon", ';')]
    [DataRow("TAB", '\t')]
    [DataRow("\\t", '\t')]
    [DataRow("~", '~')]
    [DataRow("\"", null)]
    [DataRow("ab", null)]
    [DataRow("", null)]
    [DataRow("\n", null)]
    public void Delimiters_have_names(string text, char? delimiter) => Assert.AreEqual(delimiter, Delimiters.Find(text));
}
