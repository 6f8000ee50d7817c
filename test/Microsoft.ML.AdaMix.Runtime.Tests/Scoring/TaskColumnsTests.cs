using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Scoring;

[TestClass]
public sealed class TaskColumnsTests
{
    [TestMethod]
    public void Binary_columns_agree_with_the_two_logits()
    {
        (IDataView scored, float[][] logits) = Score(TextTask.Binary, LabelKeys.Numbered(2));
        Assert.IsInstanceOfType<BooleanDataViewType>(scored.Schema["PredictedLabel"].Type);
        float[] scores = [.. scored.GetColumn<float>("Score")];
        float[] probabilities = [.. scored.GetColumn<float>("Probability")];
        bool[] predicted = [.. scored.GetColumn<bool>("PredictedLabel")];
        for (int row = 0; row < logits.Length; row++)
        {
            double odds = logits[row][1] - logits[row][0];
            Assert.AreEqual(odds, scores[row], 1e-6);
            Assert.AreEqual(1 / (1 + Math.Exp(-odds)), probabilities[row], 1e-6);
            Assert.AreEqual(odds > 0, predicted[row]);
        }
    }

    [TestMethod]
    public void Regression_gives_its_only_output_and_no_predicted_label()
    {
        (IDataView scored, float[][] logits) = Score(TextTask.Regression, LabelKeys.Numbered(1));
        CollectionAssert.AreEqual(logits.Select(row => row[0]).ToArray(), scored.GetColumn<float>("Score").ToArray());
        Assert.IsNull(scored.Schema.GetColumnOrNull("PredictedLabel"));
    }

    [TestMethod]
    public void Multi_label_columns_use_each_labels_own_threshold()
    {
        float[] thresholds = [0.1f, 0.5f, 0.99f];
        (IDataView scored, float[][] logits) = Score(TextTask.MultiLabel, LabelKeys.Restore(3, "text", Classifiers.Names), thresholds);
        float[][] scores = [.. scored.GetColumn<float[]>("Score")];
        bool[][] predicted = [.. scored.GetColumn<bool[]>("PredictedLabel")];
        for (int row = 0; row < logits.Length; row++)
        {
            for (int label = 0; label < thresholds.Length; label++)
            {
                Assert.AreEqual(1 / (1 + Math.Exp(-logits[row][label])), scores[row][label], 1e-6);
                Assert.AreEqual(scores[row][label] >= thresholds[label], predicted[row][label]);
            }
        }

        VBuffer<ReadOnlyMemory<char>> slots = default;
        scored.Schema["PredictedLabel"].GetSlotNames(ref slots);
        CollectionAssert.AreEqual(Classifiers.Names, slots.DenseValues().Select(name => name.ToString()).ToArray());
    }

    [TestMethod]
    public void Logits_that_are_not_finite_are_an_error_that_shows_the_text()
    {
        ServedModel model = Classifiers.Model();
        HeadWeights head = model.Tuned.Head with { OutputBias = HostTensor.From([3], [float.NaN, 0, 0]) };
        AdaMixTransformer damaged = Classifiers.Transformer(model with { Tuned = model.Tuned with { Head = head } });
        IDataView scored = damaged.Transform(
            new MLContext().Data.LoadFromEnumerable(new[] { new TextRow { Text = "a small furry mammal" } }));
        InvalidOperationException error = Assert.ThrowsExactly<InvalidOperationException>(
            () => scored.GetColumn<float[]>("Score").ToArray());
        StringAssert.Contains(error.Message, "'a small furry mammal'", StringComparison.Ordinal);
    }

    private static (IDataView Scored, float[][] Logits) Score(TextTask task, LabelKeys labels, float[]? thresholds = null)
    {
        ServedModel model = Classifiers.Model(labels, Classifiers.AllColumns) with { Task = task, Thresholds = thresholds };
        IDataView scored = Classifiers.Transformer(model).Transform(new MLContext().Data.LoadFromEnumerable(Classifiers.Rows(20)));
        return (scored, [.. scored.GetColumn<float[]>("Logits")]);
    }
}
