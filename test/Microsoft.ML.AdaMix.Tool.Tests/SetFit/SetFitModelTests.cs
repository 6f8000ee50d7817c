using Microsoft.ML.AdaMix.Tool.Data;
using Microsoft.ML.AdaMix.Tool.SetFit;

namespace Microsoft.ML.AdaMix.Tool.Tests.SetFit;

[TestClass]
public sealed class SetFitModelTests
{
    private static readonly string[] Labels = ["animal", "tool"];

    [TestMethod]
    public void A_seed_gives_the_same_probabilities_again()
    {
        TextRows rows = Rows(6);
        float[] first = Train(rows, 1);
        CollectionAssert.AreEqual(first, Train(rows, 1));
        CollectionAssert.AreNotEqual(first, Train(rows, 2));
        for (int row = 0; row < rows.Count; row++)
        {
            Assert.AreEqual(1, first[3 * row] + first[(3 * row) + 1], 1e-5);
            Assert.AreEqual(0, first[(3 * row) + 2], "no training row has the class");
        }
    }

    [TestMethod]
    public void Rows_of_one_class_are_refused() => StringAssert.Contains(
        Assert.ThrowsExactly<InvalidOperationException>(() => Train(Rows(1), 1)).Message, "have the label 'animal'",
        StringComparison.Ordinal);

    [TestMethod]
    public void It_stops_when_it_is_cancelled() => Assert.ThrowsExactly<OperationCanceledException>(
        () => Train(Rows(6), 1, new CancellationToken(canceled: true)));

    [TestMethod]
    [TestCategory("Slow")]
    public void Thirty_rows_are_enough_to_tell_opinions_from_facts()
    {
        PretrainedEncoder encoder = PretrainedEncoder.FromFolder(Reference.Model("minilm-l6"));
        TextRows training = Read("train-k30-seed1.tsv");
        TextRows test = Read("test.tsv");
        test = test with { Rows = [.. test.Rows.Where((_, index) => index % 10 == 0)] };
        string[] labels = ["objective", "subjective"];
        using SetFitModel model = SetFitModel.Train(
            encoder, new AdaMixOptions(), new SetFitSettings { Iterations = 5 }, 1, training, // a quarter of the time
            [.. training.Rows.Select(row => Array.IndexOf(labels, row.Label))], _ => { }, CancellationToken.None);
        double right = model.Score(Of(test), 2, CancellationToken.None).Zip(test.Rows)
            .Average(row => labels[row.First[0] > row.First[1] ? 0 : 1] == row.Second.Label ? 1.0 : 0);
        Assert.IsGreaterThan(0.7, right);
    }

    private static (string, string?)[] Of(TextRows rows) => [.. rows.Rows.Select(row => (row.Text, (string?)null))];

    private static TextRows Read(string file) =>
        TextRows.Read(Reference.Data("fewshot", "subj", file), ReadingOptions.Default, new ColumnNames());

    private static TextRows Rows(int count) => new(
        "rows.tsv", [.. Texts.Rows(count).Select((row, index) => new TextRow(row.Label, row.Text, "", 1, index + 2))], false, false);

    private static float[] Train(TextRows rows, int seed, CancellationToken cancellation = default)
    {
        PretrainedEncoder encoder = PretrainedEncoder.FromFolder(Path.Combine(Reference.Repository, "test", "models", "encoder"));
        SetFitSettings settings = new() { Iterations = 2, LearningRate = 1e-3, BatchSize = 4 };
        using SetFitModel model = SetFitModel.Train(
            encoder, new AdaMixOptions(), settings, seed, rows, [.. rows.Rows.Select(row => Array.IndexOf(Labels, row.Label))], _ => { },
            cancellation);
        return [.. model.Score(Of(rows), 3, CancellationToken.None).SelectMany(scores => scores)];
    }
}
