using Microsoft.ML.AdaMix.Tool.Data;
using Microsoft.ML.AdaMix.Tool.Tasks;

namespace Microsoft.ML.AdaMix.Tool.Tests.Tasks;

[TestClass]
public sealed class LabelSetTests
{
    [TestMethod]
    [DataRow("['a', 'b']", "['b']", "[]")]
    [DataRow("[\"a\",\"b\"]", "[\"b\"]", "[]")]
    [DataRow("a, b,\u00A0a", " b ", " ")]
    [DataRow("[' a', 'b ']", "b", "")]
    public void Lists_and_names_between_separators_are_labels(string both, string second, string none) =>
        AssertSets(["a", "b"], ["a b", "b", ""], both, second, none);

    [TestMethod]
    [DataRow("[1, 1, 0]", "[0, 1, 0]", "[0, 0, 0]")]
    [DataRow("[1 1 0]", "[0 1 0]", "[0 0 0]")]
    [DataRow("[1. 1. 0.]", "[0. 1. 0.]", "[0. 0. 0.]")]
    [DataRow("[true,true,false]", "[false,true,false]", "[false,false,false]")]
    [DataRow("(True, True, False)", "(False, True, False)", "(False, False, False)")]
    [DataRow("1,1,0", "0,1,0", "0,0,0")]
    [DataRow("1 1 0", "0 1 0", "0 0 0")]
    [DataRow("1;1;0", "0;1;0", "0;0;0")]
    public void Vectors_of_0_and_1_say_by_their_places_which_labels_a_row_has(string both, string second, string none) =>
        AssertSets(["0", "1", "2"], ["0 1", "1", ""], both, second, none);

    [TestMethod]
    [DataRow("array([1, 0, 0])")]
    [DataRow("tf.Tensor([1 0], shape=(2,))")]
    [DataRow("Counter({'a': 1})")]
    [DataRow("{a,b}")]
    [DataRow("[1, 0, 0")]
    [DataRow("[[1,0]]")]
    public void What_a_program_writes_and_nobody_can_read_as_a_list_is_refused_by_line_and_cell(string cell)
    {
        TextRows rows = new("rows", [new TextRow(cell, "one", "", 1, 7), new TextRow(cell, "two", "", 1, 8)], ArePairs: false, false);
        string error = Assert.ThrowsExactly<InvalidDataException>(() => MultiLabelTask.From(rows, ",")).Message;
        Assert.Contains("'rows', line 7: the label is '", error);
    }

    [TestMethod]
    public void Two_numbers_in_every_row_are_a_vector() => AssertSets(["0", "1"], ["0", "1", ""], "[1,0]", "[0,1]", "[0,0]");

    [TestMethod]
    public void Lists_of_different_lengths_hold_labels_that_are_numbers()
    {
        AssertSets(["0", "1"], ["0 1", "1", ""], "[1,0]", "[1]", "[]");
        AssertSets(["14", "2", "5"], ["2 5", "14", "2"], "[2, 5]", "[14]", "[2]");
    }

    [TestMethod]
    [DataRow("[1, 0]", "vectors of 3 numbers")]
    [DataRow("[1, 0, 2]", "neither labels, each once")]
    [DataRow("[0.2, 0.8, 0.5]", "neither labels, each once")]
    [DataRow("['a', ['b']]", "no list of names or numbers")]
    public void A_cell_that_is_neither_is_refused_with_its_line_or_left_out(string cell, string cause)
    {
        string[] cells = cause.StartsWith("vectors", StringComparison.Ordinal)
            ? ["[1, 0, 0]", "[0, 1, 0]", cell] : ["a,b", "b", cell == "[1, 0, 2]" ? "[1, 0, 1]" : cell];
        TextRows rows = Of(cells);
        MultiLabelTask task = MultiLabelTask.From(rows, ",");
        InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(() => LabelledRows.Keep(rows, task, _ => { }));
        Assert.Contains("line 4", error.Message);
        Assert.Contains(cause, error.Message);
        TextRows kept = LabelledRows.Keep(rows with { Skipped = new SkippedRows() }, task, _ => { });
        Assert.AreEqual((2, 1), (kept.Count, kept.Skipped!.Count));
    }

    [TestMethod]
    public void Other_rows_are_read_as_the_models_labels_are_called()
    {
        MultiLabelTask numbered = new(["0", "1", "2"], ",");
        CollectionAssert.AreEqual(new[] { "0 2" }, SetsOf(numbered, Of("[1, 0, 1]")));
        CollectionAssert.AreEqual(new[] { "0 1" }, SetsOf(numbered, Of("[0, 1]")));
        Assert.Contains("the labels are vectors of 3 numbers", Assert.ThrowsExactly<InvalidDataException>(
            () => LabelledRows.Keep(Of("[1, 0, 1]"), new MultiLabelTask(["a", "b", "c"], ","), _ => { })).Message);
    }

    [TestMethod]
    public void A_label_with_the_separator_in_it_stays_one()
    {
        MultiLabelTask task = MultiLabelTask.From(Of("[\"a, b\",\"c\"]", "[\"c\"]"), ",");
        CollectionAssert.AreEqual(new[] { "a, b", "c" }, task.Classes.ToArray());
    }

    [TestMethod]
    [DataRow("[\"a\"]", "a")]
    [DataRow("['a']", "a")]
    [DataRow("[3]", "3")]
    [DataRow("[]", "")]
    [DataRow("[urgent]", "[urgent]")]
    [DataRow("[a] or [b]", "[a] or [b]")]
    [DataRow("(a)", "(a)")]
    public void A_list_of_one_is_a_class_and_brackets_of_a_name_stay(string cell, string label) =>
        Assert.AreEqual(label, ClassLabels.Read(cell));

    [TestMethod]
    [DataRow("['a', 'b']")]
    [DataRow("[1, 0, 0]")]
    [DataRow("[true,false]")]
    public void A_list_of_several_where_one_label_is_expected_names_the_task_that_reads_it(string cell)
    {
        TextRows rows = Of("a", "b", cell);
        LabelledTask task = LabelledTasks.Create(TaskNames.Multiclass, rows, null, ",");
        CollectionAssert.AreEqual(new[] { "a", "b" }, task.Classes.ToArray());
        string message = Assert.ThrowsExactly<InvalidDataException>(() => LabelledRows.Keep(rows, task, _ => { })).Message;
        Assert.Contains("line 4", message);
        Assert.Contains("--task multilabel", message);
    }

    private static void AssertSets(string[] labels, string[] sets, params string[] cells)
    {
        TextRows rows = Of(cells);
        MultiLabelTask task = MultiLabelTask.From(rows, ",");
        CollectionAssert.AreEqual(labels, task.Classes.ToArray());
        CollectionAssert.AreEqual(sets, SetsOf(task, rows));
    }

    private static string[] SetsOf(MultiLabelTask task, TextRows rows) =>
        [.. LabelledRows.Keep(rows, task, _ => { }).Rows.Select(row => string.Join(' ', task.LabelsOf(row).Order(StringComparer.Ordinal)))];

    private static TextRows Of(params string[] labels) => new(
        "rows", [.. labels.Select((label, index) => new TextRow(Blanks.Trim(label), "text", "", 1, index + 2))], ArePairs: false,
        AreWeighted: false);
}
