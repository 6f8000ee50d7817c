using Microsoft.ML.AdaMix.Tool.Data;
using Microsoft.ML.AdaMix.Tool.Tasks;

namespace Microsoft.ML.AdaMix.Tool.Tests.Tasks;

[TestClass]
public sealed class LabelTests
{
    [TestMethod]
    [DataRow("1", "0")]
    [DataRow("True", "False")]
    [DataRow("yes", "no")]
    public void Usual_words_tell_the_positive_class(string yes, string no) =>
        CollectionAssert.AreEqual(new[] { no, yes }, BinaryTask.From(Rows(no, yes, no), null).Classes.ToArray());

    [TestMethod]
    public void A_named_positive_class_makes_all_others_negative()
    {
        CollectionAssert.AreEqual(new[] { "ham", "spam" }, BinaryTask.From(Rows("spam", "ham"), "spam").Classes.ToArray());
        CollectionAssert.AreEqual(new[] { "not spam", "spam" }, BinaryTask.From(Rows("spam", "ham", "news"), "spam").Classes.ToArray());
    }

    [TestMethod]
    [DataRow(null, "spam", "ham")]
    [DataRow("eggs", "spam", "ham")]
    [DataRow(null, "1", "1")]
    [DataRow(null, "1", "yes")]
    [DataRow(null, "1", "other")]
    public void Labels_that_do_not_tell_the_positive_class_are_refused(string? positive, string first, string second) =>
        Assert.ThrowsExactly<InvalidDataException>(() => BinaryTask.From(Rows(first, second), positive));

    [TestMethod]
    public void Rows_of_one_class_cannot_judge_a_binary_model()
    {
        BinaryTask task = BinaryTask.From(Rows("1", "0"), null);
        task.RequireJudgeable(Rows("1", "0"));
        Assert.ThrowsExactly<InvalidDataException>(() => task.RequireJudgeable(Rows("1", "1")));
    }

    [TestMethod]
    public void Rows_without_a_known_label_are_left_out_with_warnings()
    {
        List<string> warnings = [];
        TextRows kept = LabelledRows.Keep(Rows("a", null, "", "c", "b"), new MulticlassTask(["a", "b"]), warnings.Add);
        CollectionAssert.AreEqual(new[] { "a", "b" }, kept.Rows.Select(row => row.Label).ToArray());
        CollectionAssert.AreEqual(
            new[] { "'rows': 2 of 5 rows have no label and are left out.",
                "'rows': 1 of 5 rows has a label that the model does not know ('c') and is left out." }, warnings);
        Assert.ThrowsExactly<InvalidDataException>(() => LabelledRows.Keep(Rows("x"), new MulticlassTask(["a", "b"]), warnings.Add));
    }

    [TestMethod]
    public void A_number_that_is_none_is_refused_with_its_line()
    {
        InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(
            () => LabelledRows.Keep(Rows("1.5", "many"), new RegressionTask(), _ => { }));
        StringAssert.Contains(error.Message, "line 3: the label is 'many'", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Labels_of_a_row_are_split_at_the_separator_and_a_row_may_have_none()
    {
        MultiLabelTask task = MultiLabelTask.From(Rows("b; a", "", "c;a"), ";");
        CollectionAssert.AreEqual(new[] { "a", "b", "c" }, task.Classes.ToArray());
        Assert.IsNull(task.Check(new TextRow("", "", "", 1, 1)));
        Assert.AreEqual(LabelProblem.Unknown, task.Check(new TextRow("a;d", "", "", 1, 1)));
    }

    private static TextRows Rows(params string?[] labels) => new(
        "rows", [.. labels.Select((label, index) => new TextRow(label, "text", "", 1, index + 2))], ArePairs: false, AreWeighted: false);
}
