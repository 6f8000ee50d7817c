using Microsoft.ML.AdaMix.Onnx;

namespace Microsoft.ML.AdaMix.Models;

[TestClass]
public class FoldedWeightsTests
{
    private const string Query = "encoder.layer.0.attention.self.query";
    private const string Inner = "encoder.layer.1.intermediate.dense";

    private static readonly LoadedEncoder Encoder = TestModels.Encoder(EncoderFamily.Roberta);

    [TestMethod]
    [DataRow(Query)]
    [DataRow(Inner)]
    public void A_folded_module_computes_what_the_edits_say(string module)
    {
        int[] shape = Encoder[$"{module}.weight"].Shape;
        HostTensor weight = Random(1, shape);
        HostTensor bias = Random(2, shape[0]);
        LowRankUpdate update = new(module, Random(3, 5, shape[1]), Random(4, shape[0], 5), 1.7f);
        OutputScale scale = new(module, Random(5, shape[0]));
        EncoderEdits edits = new()
        {
            Replaced = new Dictionary<string, HostTensor>(StringComparer.Ordinal) { [$"{module}.weight"] = weight, [$"{module}.bias"] = bias },
            LowRank = [update],
            Scales = [scale],
        };
        double[] x = Array.ConvertAll(Random(6, shape[1]).Values.ToArray(), value => (double)value);

        // (W x + s B (A x) + b) times the factors, none of it folded
        double[] low = Times(update.Up, Times(update.Down, x));
        double[] expected = [.. Times(weight, x).Select((y, row) => (y + (update.Scale * low[row]) + bias.Values.Span[row]) * scale.Factors.Values.Span[row])];
        IReadOnlyDictionary<string, HostTensor> folded = FoldedWeights.Of(Encoder, edits);
        double[] found = [.. Times(folded[$"{module}.weight"], x).Select((y, row) => y + folded[$"{module}.bias"].Values.Span[row])];

        double largest = expected.Max(Math.Abs);
        for (int row = 0; row < shape[0]; row++)
        {
            Assert.AreEqual(expected[row], found[row], 1e-5 * largest, $"row {row}");
        }
    }

    [TestMethod]
    public void Only_what_the_edits_name_is_folded()
    {
        EncoderEdits edits = new()
        {
            LowRank = [new LowRankUpdate(Query, Random(1, 2, 16), Random(2, 16, 2), 1)],
            Scales = [new OutputScale(Inner, Random(3, 24))],
            Replaced = new Dictionary<string, HostTensor>(StringComparer.Ordinal) { ["embeddings.LayerNorm.bias"] = Random(4, 16) },
        };

        CollectionAssert.AreEquivalent(
            (string[])[$"{Query}.weight", $"{Inner}.weight", $"{Inner}.bias", "embeddings.LayerNorm.bias"],
            FoldedWeights.Of(Encoder, edits).Keys.ToArray());
        Assert.IsEmpty(FoldedWeights.Of(Encoder, EncoderEdits.None));
    }

    [TestMethod]
    public void Folding_leaves_encoder_and_edits_as_they_were()
    {
        EncoderEdits edits = TestEdits.Kinds["all kinds"](Encoder.Config);
        float[][] Values() => [.. Encoder.Weights.Values.Concat(edits.Replaced.Values).Select(tensor => tensor.Values.ToArray())];
        float[][] before = Values();

        FoldedWeights.Of(Encoder, edits);

        float[][] after = Values();
        for (int i = 0; i < before.Length; i++)
        {
            CollectionAssert.AreEqual(before[i], after[i]);
        }
    }

    [TestMethod]
    public void A_tensor_times_one_is_itself()
    {
        HostTensor tensor = Random(1, 3, 4);

        Assert.AreSame(tensor, FoldedWeights.Times(tensor, 1));
        CollectionAssert.AreEqual(Array.ConvertAll(tensor.Values.ToArray(), value => value * 4), FoldedWeights.Times(tensor, 4).Values.ToArray());
    }

    private static HostTensor Random(int seed, params int[] shape) => TestModels.Random(new Random(seed), shape);

    // [out, in] times [in]
    private static double[] Times(HostTensor matrix, double[] x) => [.. Enumerable.Range(0, matrix.Shape[0]).Select(row =>
        Enumerable.Range(0, x.Length).Sum(column => matrix.Values.Span[(row * x.Length) + column] * x[column]))];
}
