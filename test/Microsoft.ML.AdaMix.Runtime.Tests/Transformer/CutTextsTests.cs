using Microsoft.ML.AdaMix.Scoring;
using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Runtime.Tests.Transformer;

[TestClass]
public sealed class CutTextsTests
{
    private static readonly TextRow[] Rows =
        [new() { Text = new string('a', 36) }, new() { Text = new string('a', 37) }, new() { Text = null }];

    [TestMethod]
    public void Texts_beyond_the_maximum_length_are_counted_with_their_share_of_tokens()
    {
        // 38 tokens at most, two of them special.
        CutTexts cut = Count(Classifiers.Transformer(), [.. Rows, new TextRow { Text = new string('a', 100) }]);
        Assert.AreEqual((4, 2, 38), (cut.Texts, cut.Cut, cut.MaxLength));
        Assert.AreEqual((1 + 64) / (double)((3 * 38) + 2 + 1 + 64), cut.ShareOfTokens, 1e-12);
    }

    [TestMethod]
    public void A_model_in_a_pipeline_is_found_and_reads_what_stands_before_it()
    {
        MLContext ml = new(1);
        IDataView data = ml.Data.LoadFromEnumerable(Rows.Select(row => new { Body = row.Text }));
        ITransformer model = new TransformerChain<ITransformer>(
            ml.Transforms.CopyColumns("Text", "Body").Fit(data), new TransformerChain<ITransformer>(Classifiers.Transformer()));
        Assert.AreEqual(1, model.CountCutTexts(data).Cut);
        Assert.ThrowsExactly<ArgumentException>(() => ml.Transforms.CopyColumns("Text", "Body").Fit(data).CountCutTexts(data));
    }

    [TestMethod]
    public void It_can_be_stopped() => Assert.ThrowsExactly<OperationCanceledException>(() => Classifiers.Transformer().CountCutTexts(
        new MLContext().Data.LoadFromEnumerable(Rows), new CancellationToken(canceled: true)));

    [TestMethod]
    [DataRow(37, 1000, 0.0412, "37 of 1,000 texts are longer than 128 tokens; about 4.1 % of all tokens are cut.")]
    [DataRow(1, 2, 0.00001, "1 of 2 texts is longer than 128 tokens; about 0.1 % of all tokens are cut.")]
    [DataRow(2, 2, 0.99999, "2 of 2 texts are longer than 128 tokens; about 99.9 % of all tokens are cut.")]
    [DataRow(0, 5, 0, "0 of 5 texts are longer than 128 tokens; about 0 % of all tokens are cut.")]
    public void It_reads_as_a_sentence(int cut, int texts, double share, string sentence) => Assert.AreEqual(
        sentence, new CutTexts { Cut = cut, Texts = texts, ShareOfTokens = share, MaxLength = 128 }.ToString());

    private static CutTexts Count(AdaMixTransformer model, TextRow[] rows) =>
        model.CountCutTexts(new MLContext().Data.LoadFromEnumerable(rows));
}
