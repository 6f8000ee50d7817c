using Microsoft.ML.AdaMix.Tool.Commands;
using Microsoft.ML.AdaMix.Tool.Data;
using Microsoft.ML.AdaMix.Tool.Settings;
using Microsoft.ML.AdaMix.Tool.Study;

namespace Microsoft.ML.AdaMix.Tool.Tests.Study;

[TestClass]
public sealed class StudyDataTests
{
    private static readonly StudyFiles Files = new("train.tsv", "dev.tsv", "test.tsv", new ColumnNames());

    [TestMethod]
    public void Fewer_rows_are_drawn_out_of_more_in_the_files_order()
    {
        using TemporaryFolder folder = new();
        StudyData data = StudyData.Read(Texts.DataSet(folder, "set", train: 40, test: 4), Files, null, _ => { });
        TextRow[] ten = [.. data.Draw(10, seed: 1).Rows];
        TextRow[] twenty = [.. data.Draw(20, seed: 1).Rows];
        Assert.HasCount(10, ten);
        CollectionAssert.IsSubsetOf(ten, twenty);
        CollectionAssert.AreEqual(twenty.OrderBy(row => row.Line).ToArray(), twenty);
        CollectionAssert.AreEqual(ten, data.Draw(10, seed: 1).Rows.ToArray());
        CollectionAssert.AreNotEqual(ten, data.Draw(10, seed: 2).Rows.ToArray());
        TextRow[] rest = [.. data.Rest(data.Draw(10, seed: 1))];
        Assert.HasCount(30, rest);
        Assert.IsTrue(rest.All(row => row.Label is null && !ten.Select(drawn => drawn.Line).Contains(row.Line)), "without their labels");
        Assert.AreSame(data.Training, data.Draw(null, seed: 1));
        Assert.AreSame(data.Training, data.Draw(40, seed: 1));
    }

    [TestMethod]
    public void Of_each_class_as_many_rows_are_drawn_as_was_said_in_the_files_order()
    {
        using TemporaryFolder folder = new();
        string path = Texts.DataSet(folder, "set", train: 40, test: 4);
        StudyData all = StudyData.Read(path, Files, null, _ => { });
        StudyData some = StudyData.Read(path, Files with { RowsOfClass = 3 }, null, _ => { });
        TextRow[] drawn = [.. some.Draw(null, seed: 1).Rows];
        CollectionAssert.AreEqual(new[] { 3, 3 }, drawn.CountBy(row => row.Label!).Select(label => label.Value).ToArray());
        CollectionAssert.AreEqual(drawn.OrderBy(row => row.Line).ToArray(), drawn);
        CollectionAssert.AreNotEqual(drawn, some.Draw(null, seed: 2).Rows.ToArray());
        CollectionAssert.IsSubsetOf(some.Draw(4, seed: 1).Rows.ToArray(), drawn);
        Assert.AreNotEqual(all.Reference, some.Reference, "it is another setting");
        StudyData many = StudyData.Read(path, Files with { RowsOfClass = 99 }, null, _ => { });
        Assert.AreSame(many.Training, many.Draw(null, seed: 1), "a class with fewer rows gives what it has");
    }

    [TestMethod]
    public void Test_rows_that_are_trained_on_and_classes_without_a_training_row_are_told()
    {
        using TemporaryFolder folder = new();
        folder.Write("set/train.tsv", Texts.Tsv(12));
        folder.Write("set/test.tsv", Texts.Tsv(12) + "plant\ta tall tree\nplant\ta red rose\n");
        List<string> said = [];
        StudyData data = StudyData.Read(folder.At("set"), Files, null, said.Add);
        Assert.Contains(
            "test.tsv': the texts of 12 of 14 test rows are those of training rows: the figures on them are too good. Test on other rows.",
            said[0]);
        Assert.EndsWith("test.tsv': 2 of 14 test rows have a class that no training row has ('plant').", said[1]);

        said.Clear();
        StudyDoubts.CheckDraw(data, 12, 2, said.Add);
        StudyDoubts.CheckDraw(data, 11, 2, said.Add);
        StudyDoubts.CheckDraw(data, 12, 1, said.Add);
        Assert.Contains("has 12 rows with a label, and 12 are asked for: the splits are the same rows", said.Single());
    }

    [TestMethod]
    [DataRow("train-1000.tsv,banking77=train.tsv", "banking77", "train.tsv")]
    [DataRow("train-1000.tsv,banking77=train.tsv", "sst2", "train-1000.tsv")]
    [DataRow("banking77=10", "sst2", null)]
    [DataRow(null, "sst2", null)]
    public void A_value_may_be_for_one_set_only(string? values, string set, string? expected) =>
        Assert.AreEqual(expected, PerSet.Find("--train-file", values, set));

    [TestMethod]
    public void Two_values_for_one_set_are_refused()
    {
        UsageException error = Assert.ThrowsExactly<UsageException>(() => PerSet.Find("--rows-of-class", "a=1,a=2", "a"));
        Assert.AreEqual("--rows-of-class has '1' and '2' for 'a'; expected one of them.", error.Message);
    }

    [TestMethod]
    [DataRow(
        "train-1000.tsv,bankin77=train.tsv",
        "'bankin77', which --data does not name; expected banking77 or sst2 before the '='. Did you")]
    [DataRow("3,SST2=5", "Did you mean sst2?")]
    public void A_value_for_a_set_that_data_does_not_name_is_refused(string values, string expected)
    {
        PerSet.RequireKnown("--rows-of-class", "3,sst2=5", ["banking77", "sst2"]);
        Assert.Contains(expected, Assert.ThrowsExactly<UsageException>(
            () => PerSet.RequireKnown("--rows-of-class", values, ["banking77", "sst2"])).Message);
    }

    [TestMethod]
    public void Classes_that_only_test_rows_have_are_known()
    {
        using TemporaryFolder folder = new();
        string path = Texts.DataSet(folder, "set", train: 4, test: 4);
        folder.Write("set/test.tsv", "label\ttext\nplant\ta tree\n");
        StudyData data = StudyData.Read(path, Files, null, _ => { });
        CollectionAssert.AreEqual(new[] { "animal", "plant", "tool" }, data.Task.Classes.ToArray());
        Assert.AreEqual(1, data.Test.Count);
    }

    [TestMethod]
    public void Some_test_rows_are_the_first_ones_and_of_a_sorted_file_rows_of_every_class()
    {
        using TemporaryFolder folder = new();
        string path = Texts.DataSet(folder, "set", train: 4, test: 20);
        StudyData mixed = StudyData.Read(path, Files, 10, _ => { });
        CollectionAssert.AreEqual(Enumerable.Range(2, 10).Select(line => (long)line).ToArray(),
            mixed.Test.Rows.Select(row => row.Line).ToArray());
        Assert.IsNull(mixed.Reference.TestDraw);

        string[] lines = Texts.Tsv(20).TrimEnd().Split('\n');
        folder.Write("set/test.tsv", string.Join('\n', lines.Skip(1).Order(StringComparer.Ordinal).Prepend(lines[0])));
        StudyData sorted = StudyData.Read(path, Files, 10, _ => { });
        Assert.AreEqual(5, sorted.Test.Rows.Count(row => row.Label == "tool"));
        Assert.HasCount(10, sorted.Test.Rows);
        Assert.IsNotNull(sorted.Reference.TestDraw);
        CollectionAssert.AreEqual(sorted.Test.Rows.ToArray(), StudyData.Read(path, Files, 10, _ => { }).Test.Rows.ToArray());
    }

    [TestMethod]
    public void How_files_are_read_makes_another_data_set()
    {
        using TemporaryFolder folder = new();
        string set = Texts.DataSet(folder, "set", train: 4, test: 4);
        DataReference usual = StudyData.Read(set, Files, null, _ => { }).Reference;
        Assert.IsNull(usual.Reading);
        Assert.AreNotEqual(usual, StudyData.Read(
            set, Files with { Reading = new ReadingOptions { Encoding = TextEncodings.Find("windows-1252") } }, null, _ => { }).Reference);
    }

    [TestMethod]
    public void The_reference_changes_with_the_content_and_not_with_the_place()
    {
        using TemporaryFolder folder = new();
        DataReference first = StudyData.Read(Texts.DataSet(folder, "a/set", train: 4, test: 4), Files, 2, _ => { }).Reference;
        DataReference second = StudyData.Read(Texts.DataSet(folder, "b/set", train: 4, test: 4) + "/", Files, 2, _ => { }).Reference;
        DataReference other = StudyData.Read(Texts.DataSet(folder, "c/set", train: 5, test: 4), Files, 2, _ => { }).Reference;
        Assert.AreEqual(first, second);
        Assert.AreNotEqual(first, other);
    }

    [TestMethod]
    public void Columns_that_were_named_make_another_data_set()
    {
        using TemporaryFolder folder = new();
        string set = Texts.DataSet(folder, "set", train: 4, test: 4);
        DataReference named =
            StudyData.Read(
            set, Files with { Columns = new ColumnNames { Text = "label", Label = "text" }, TrustLabels = true }, 2, _ => { }).Reference;
        Assert.AreNotEqual(StudyData.Read(set, Files, 2, _ => { }).Reference, named);
        Assert.AreEqual("label", named.Columns!.Text);
    }
}
