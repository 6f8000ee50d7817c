using Microsoft.ML.AdaMix.Tool.Data;
using Microsoft.ML.AdaMix.Tool.Tasks;

namespace Microsoft.ML.AdaMix.Tool.Tests.Tasks;

[TestClass]
public sealed class RowDrawTests
{
    // Sorted by label: 60 a, 30 b, 9 c, 1 d.
    private static readonly TextRows Sorted = Of(Enumerable.Range(0, 100).Select(i => i < 60 ? "a" : i < 90 ? "b" : i < 99 ? "c" : "d"));

    [TestMethod]
    [DataRow(10, "a5 b3 c1 d1")]
    [DataRow(50, "a30 b15 c4 d1")]
    [DataRow(4, "a1 b1 c1 d1")]
    public void Rows_of_a_sorted_file_are_drawn_of_each_class_as_there_are(int count, string shares)
    {
        TextRows drawn = RowDraw.Draw(Sorted, count, seed: 1, TaskNames.Multiclass);
        Assert.AreEqual(
            shares, string.Join(' ', drawn.Rows.CountBy(row => row.Label!).OrderBy(label => label.Key).Select(l => $"{l.Key}{l.Value}")));
        CollectionAssert.AreEqual(drawn.Rows.OrderBy(row => row.Line).ToArray(), drawn.Rows.ToArray());
    }

    [TestMethod]
    [DataRow(TaskNames.Multiclass)]
    [DataRow(TaskNames.Regression)]
    [DataRow(TaskNames.MultiLabel)]
    public void The_same_seed_draws_the_same_rows_another_one_others_and_fewer_are_among_more(string task)
    {
        TextRow[] twenty = [.. RowDraw.Draw(Sorted, 20, seed: 1, task).Rows];
        Assert.HasCount(20, twenty);
        CollectionAssert.AreEqual(twenty, RowDraw.Draw(Sorted, 20, seed: 1, task).Rows.ToArray());
        CollectionAssert.AreNotEqual(twenty, RowDraw.Draw(Sorted, 20, seed: 2, task).Rows.ToArray());
        CollectionAssert.IsSubsetOf(RowDraw.Draw(Sorted, 10, seed: 1, task).Rows.ToArray(), twenty);
        Assert.IsGreaterThan(40, twenty.Max(row => row.Line));
    }

    [TestMethod]
    public void Rows_without_a_label_are_not_drawn_where_each_row_needs_one()
    {
        TextRows rows = Of(["", "a", "", "b", "", "a"]);
        Assert.IsTrue(RowDraw.Draw(rows, 2, seed: 1, TaskNames.Multiclass).Rows.All(row => row.Label != ""));
        Assert.HasCount(6, RowDraw.Draw(rows, 6, seed: 1, TaskNames.Multiclass).Rows);
    }

    private static TextRows Of(IEnumerable<string> labels) => new(
        "rows", [.. labels.Select((label, index) => new TextRow(label, $"text {index}", "", 1, index + 2))], ArePairs: false,
        AreWeighted: false);
}
