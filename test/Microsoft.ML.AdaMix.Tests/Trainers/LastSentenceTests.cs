using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Tests.Trainers;

/// <summary>Texts whose last sentence alone says what they are, several times as long as what is read at once.</summary>
[TestClass]
[TestCategory("Slow")]
public sealed class LastSentenceTests
{
    private static readonly string[] People = ["The clerk", "A neighbour", "My cousin", "The teacher", "Our driver", "The nurse"];
    private static readonly string[] Deeds =
        ["read the report", "opened the window", "called the office", "moved the table", "wrote a letter"];
    private static readonly string[] Times = ["on Monday", "before noon", "after lunch", "in the rain", "for an hour", "near the river"];
    private static readonly string[] Good = ["wonderful", "excellent", "delightful", "superb", "great", "lovely"];
    private static readonly string[] Bad = ["terrible", "awful", "dreadful", "horrible", "bad", "nasty"];

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow(WindowCombination.MeanLogits)]
    [DataRow(WindowCombination.MaxLogits)]
    [DataRow(WindowCombination.MeanEmbedding)]
    [DataRow(WindowCombination.MaxEmbedding)]
    public void Windows_read_the_sentence_that_decides(WindowCombination how) =>
        Assert.IsGreaterThanOrEqualTo(0.97, Accuracy(new WindowOptions { Combine = how }));

    [TestMethod]
    public void Without_windows_and_with_the_first_one_alone_accuracy_is_near_chance()
    {
        double cut = Accuracy(null);
        Assert.AreEqual(0.5, cut, 0.1);
        Assert.AreEqual(cut, Accuracy(new WindowOptions { Combine = WindowCombination.First }));
    }

    private double Accuracy(WindowOptions? windows)
    {
        MLContext ml = new(1);
        AdaMixOptions options = new() { MaxLength = 32, Epochs = 8, Seed = 1, LongTexts = windows };
        ITransformer model = Rows.Pipeline(ml, options).Fit(ml.Data.LoadFromEnumerable(Texts(160, 1)));
        IDataView scored = model.Transform(ml.Data.LoadFromEnumerable(Texts(200, 2)));
        MulticlassClassificationMetrics metrics = ml.MulticlassClassification.Evaluate(scored);
        TestContext.WriteLine($"{windows}: {metrics.MacroAccuracy:p1}");
        return metrics.MicroAccuracy;
    }

    private static Row[] Texts(int count, ulong seed)
    {
        RandomSource random = new(seed);
        string Pick(string[] words) => words[random.Next(words.Length)];
        return [.. Enumerable.Range(0, count).Select(row => new Row
        {
            Label = row % 2 == 0 ? "good" : "bad",
            Text = string.Join(' ', Enumerable.Range(0, 7 + random.Next(4)).Select(_ => $"{Pick(People)} {Pick(Deeds)} {Pick(Times)}."))
                + $" In the end it was {Pick(row % 2 == 0 ? Good : Bad)}.",
        })];
    }
}
