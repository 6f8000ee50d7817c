using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Scoring;

namespace Microsoft.ML.AdaMix.Runtime.Tests.Scoring;

[TestClass]
public sealed class RowScoresTests
{
    [TestMethod]
    [DataRow(100f, 0f, 0f)]
    [DataRow(-200f, -201f, -202f)]
    [DataRow(1f, 2f, 3f)]
    public void Probabilities_sum_to_one_for_logits_of_any_size(float first, float second, float third)
    {
        float[] logits = [first, second, third];
        double[] expected = Array.ConvertAll(logits, logit => 1 / logits.Sum(other => Math.Exp((double)other - logit)));
        float[] actual = new RowScores(logits, []).Softmax();
        for (int i = 0; i < logits.Length; i++)
        {
            Assert.AreEqual(expected[i], actual[i], 1e-6);
        }
    }
}
