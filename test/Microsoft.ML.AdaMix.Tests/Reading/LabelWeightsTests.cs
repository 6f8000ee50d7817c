using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Reading;

namespace Microsoft.ML.AdaMix.Tests.Reading;

[TestClass]
public sealed class LabelWeightsTests
{
    private static readonly LabelKeys Three = LabelKeys.Restore(3, null, null);

    [TestMethod]
    public void Balanced_classes_weigh_together_alike()
    {
        float[] targets = [0, 0, 0, 0, 0, 1, 1, 2];
        float[] weights = LabelWeights.Compute(ClassWeights.Balanced, TextTask.Multiclass, Three, targets)!;
        AreClose([8 / 15f, 8 / 6f, 8 / 3f], weights);
        float[] rows = LabelWeights.Apply(null, weights, targets);
        foreach (int label in Enumerable.Range(0, 3))
        {
            Assert.AreEqual(8 / 3.0, rows.Where((_, row) => targets[row] == label).Sum(), 1e-5);
        }
    }

    [TestMethod]
    public void Balanced_labels_weigh_by_the_rows_that_have_them_at_most_a_hundred()
    {
        // 900 rows: label 0 in half of them, label 1 in one, label 2 in none.
        float[] targets = [.. Enumerable.Range(0, 900).SelectMany(row => new[] { row % 2 == 0 ? 1f : 0, row == 7 ? 1f : 0, 0 })];
        AreClose([900 / (3 * 450f), 100, 1], LabelWeights.Compute(ClassWeights.Balanced, TextTask.MultiLabel, Three, targets)!);
    }

    [TestMethod]
    public void Given_weights_go_by_name_and_multiply_those_of_rows()
    {
        float[] weights = LabelWeights.Compute(
            ClassWeights.From(new Dictionary<string, double> { ["true"] = 5 }), TextTask.Binary, LabelKeys.Restore(2, null, null), [0, 1])!;
        AreClose([1, 5], weights);
        AreClose([2, 15], LabelWeights.Apply([2, 3], weights, [0, 1]));
        AreClose([1, 1, 0.5f],
            LabelWeights.Compute(ClassWeights.From(new Dictionary<string, double> { ["2"] = 0.5 }), TextTask.Multiclass, Three, [0])!);
        Assert.IsNull(LabelWeights.Compute(ClassWeights.None, TextTask.Multiclass, Three, [0]));
    }

    private static void AreClose(float[] expected, float[] actual)
    {
        Assert.HasCount(expected.Length, actual);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], actual[i], 1e-5, $"{i}");
        }
    }
}
