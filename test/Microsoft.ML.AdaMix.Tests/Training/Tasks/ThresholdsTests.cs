using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Tokenization;
using Microsoft.ML.AdaMix.Training.Tasks;

namespace Microsoft.ML.AdaMix.Tests.Training.Tasks;

[TestClass]
public sealed class ThresholdsTests
{
    [TestMethod]
    public void A_threshold_lies_where_F1_is_highest_for_each_label_apart()
    {
        // Label 0: cutting below 0.3 finds all three and one wrong (F1 6/7); label 1: only the first row (F1 1).
        float[] thresholds = Tune([(0.9f, true), (0.6f, false), (0.5f, true), (0.3f, true), (0.1f, false)],
            [(0.8f, true), (0.7f, false), (0.2f, false), (0.2f, false), (0.1f, false)]);
        Assert.AreEqual(0.2, thresholds[0], 1e-5);
        Assert.AreEqual(0.75, thresholds[1], 1e-5);
    }

    [TestMethod]
    public void Rows_of_one_probability_are_not_cut_apart()
    {
        float[] thresholds = Tune([(0.9f, true), (0.5f, true), (0.5f, false), (0.5f, true), (0.2f, false)]);
        Assert.AreEqual(0.35, thresholds[0], 1e-5);
    }

    [TestMethod]
    public void Where_all_rows_or_none_have_a_label_it_is_one_half()
    {
        CollectionAssert.AreEqual(new[] { 0.5f, 0.5f }, Tune([(0.9f, true), (0.1f, true)], [(0.9f, false), (0.1f, false)]));
    }

    private static float[] Tune(params (float Probability, bool Expected)[][] labels)
    {
        int rows = labels[0].Length;
        TokenTable ids = TokenTables.Create([.. Enumerable.Range(0, rows).Select(_ => new TokenIds([0, 2], 2))]);
        float[] logits = [.. Enumerable.Range(0, rows).SelectMany(
            row => labels.Select(label => MathF.Log(label[row].Probability / (1 - label[row].Probability))))];
        float[] targets = [.. Enumerable.Range(0, rows).SelectMany(row => labels.Select(label => label[row].Expected ? 1f : 0))];
        return Thresholds.Tune(logits, new TrainingRows(ids, targets, null));
    }
}
