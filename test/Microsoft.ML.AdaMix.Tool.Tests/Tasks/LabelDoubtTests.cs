using Microsoft.ML.AdaMix.Tool.Data;
using Microsoft.ML.AdaMix.Tool.Tasks;

namespace Microsoft.ML.AdaMix.Tool.Tests.Tasks;

[TestClass]
public sealed class LabelDoubtTests
{
    [TestMethod]
    [DataRow(4, TaskNames.Multiclass)]
    [DataRow(12, TaskNames.Multiclass)]
    [DataRow(600, TaskNames.Multiclass)]
    [DataRow(600, TaskNames.MultiLabel)]
    public void Swapped_columns_are_refused_and_trained_on_with_a_warning_where_labels_are_trusted(int count, string task)
    {
        TextRows swapped = Of(Texts.Rows(count).Select(row => (row.Text, row.Label)));
        Assert.Contains("look like texts", Doubt(swapped, task)!);
        Assert.Contains("look like texts", Warnings(swapped, task, areTrusted: true).Single());
    }

    [TestMethod]
    public void Labels_that_are_texts_often_seen_twice_are_refused() =>
        Assert.Contains("look like texts", Doubt(Of(Enumerable.Range(0, 60).Select(i => ($"a long text, number {i / 2}", $"{i % 2}"))))!);

    [TestMethod]
    public void Labels_that_hardly_stand_twice_are_refused()
    {
        string doubt = Doubt(Of(Enumerable.Range(0, 40).Select(i => ($"id{i}", $"some long text {i}"))))!;
        Assert.Contains("40 of 40 rows have a label in column 'kind' that no other row has, such as 'id0'", doubt);
        Assert.Contains("--trust-labels", doubt);
        Assert.Contains("--task regression", Doubt(Of(Enumerable.Range(0, 40).Select(i => ($"{i}.5", $"some long text {i}"))))!);
    }

    [TestMethod]
    public void Ordinary_labels_are_taken()
    {
        Assert.IsNull(Doubt(Of(Texts.Rows(4))));
        Assert.IsNull(Doubt(Of(Texts.Rows(600))));
        Assert.IsNull(Doubt(Of(Enumerable.Range(0, 5).Select(i => ($"c{i}", $"text {i}"))))); // a first try
        Assert.IsNull(Doubt(Of(Enumerable.Range(0, 154).Select(i => ($"a long name of an intent {i / 2}", $"text {i}"))))); // two of each
        Assert.IsNull(Doubt(Of(Enumerable.Range(0, 60).Select(i => ($"a long name {i % 3}", $"word {i % 20}"))))); // texts that repeat
        Assert.IsNull(Doubt(Of(Enumerable.Range(0, 60).Select(i => ($"common,tag{i}", $"text {i}"))), TaskNames.MultiLabel));
        Assert.IsNull(Doubt(Of(Enumerable.Range(0, 60).Select(i => ($"{i}.5", $"text {i}"))), TaskNames.Regression));
    }

    [TestMethod]
    public void Another_separator_in_many_labels_is_named() => Assert.Contains(
        "give --separator ';'", Warnings(Of([("a;b", "one"), ("b;c", "two"), ("a", "three")]), TaskNames.MultiLabel).Single());

    [TestMethod]
    [DataRow("Spam", "spam")]
    [DataRow("spam mail", "spam\u00A0mail")]
    [DataRow("M\u00E4dchen", "Ma\u0308dchen")]
    [DataRow("HUM", "\"HUM\"")]
    public void Labels_that_look_alike_are_named(string first, string second) => Assert.Contains(
        "are different classes", Warnings(Of([(first, "one"), (second, "two"), ("ham", "three")]), TaskNames.Multiclass).Single());

    [TestMethod]
    public void Texts_that_are_all_the_same_are_named() => Assert.Contains(
        "all 8 texts in column 'body' are the same",
        Warnings(Of(Enumerable.Range(0, 8).Select(i => ($"{i % 2}", "same"))), TaskNames.Multiclass).Single());

    [TestMethod]
    public void Rows_to_judge_whose_texts_are_labels_get_a_hint()
    {
        TextRows swapped = Of(Texts.Rows(8).Select(row => (row.Text, row.Label)));
        Assert.Contains("are --label and --text swapped?", Assert.ThrowsExactly<InvalidDataException>(
            () => LabelledRows.Keep(swapped, new MulticlassTask(["animal", "tool"]), _ => { })).Message);
    }

    private static string? Doubt(TextRows rows, string task = TaskNames.Multiclass)
    {
        try
        {
            Assert.IsEmpty(Warnings(rows, task));
            return null;
        }
        catch (InvalidDataException error)
        {
            return error.Message;
        }
    }

    private static List<string> Warnings(TextRows rows, string name, bool areTrusted = false)
    {
        List<string> warnings = [];
        LabelledTask task = LabelledTasks.Create(name, rows, null, ",");
        LabelDoubts.Check(LabelledRows.Keep(rows, task, warnings.Add), task, areTrusted, warnings.Add);
        return warnings;
    }

    private static TextRows Of(IEnumerable<(string Label, string Text)> rows) => new(
        "rows", [.. rows.Select((row, index) => new TextRow(row.Label, row.Text, "", 1, index + 2))], ArePairs: false, AreWeighted: false)
    {
        Columns = new ColumnNames { Label = "kind", Text = "body" },
    };
}
