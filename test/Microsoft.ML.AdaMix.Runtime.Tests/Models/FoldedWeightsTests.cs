using Microsoft.ML.AdaMix.Edits;
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
        LowRankEdit update = new(module, Random(3, 5, shape[1]), Random(4, shape[0], 5), 1.7f);
        ScaleEdit scale = new(module, Random(5, shape[0]));
        EncoderEdits edits = [scale, update, new ReplacementEdit($"{module}.weight", weight), new ReplacementEdit($"{module}.bias", bias)];
        double[] x = Array.ConvertAll(Random(6, shape[1]).Values.ToArray(), value => (double)value);

        // (W x + s B (A x) + b) times the factors, none of it folded
        double[] low = Times(update.Up, Times(update.Down, x));
        double[] expected = [.. Times(weight, x).Select(
            (y, row) => (y + (update.Scale * low[row]) + bias.Values.Span[row]) * scale.Factors.Values.Span[row])];
        FoldedWeights folded = new(Encoder, edits);
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
        EncoderEdits edits =
        [
            new LowRankEdit(Query, Random(1, 2, 16), Random(2, 16, 2), 1),
            new ScaleEdit(Inner, Random(3, 24)),
            new ReplacementEdit("embeddings.LayerNorm.bias", Random(4, 16)),
        ];

        CollectionAssert.AreEquivalent(
            (string[])[$"{Query}.weight", $"{Inner}.weight", $"{Inner}.bias", "embeddings.LayerNorm.bias"],
            new FoldedWeights(Encoder, edits).Changed.ToArray());
        Assert.IsEmpty(new FoldedWeights(Encoder, EncoderEdits.None).Changed);
    }

    [TestMethod]
    public void Folding_leaves_encoder_and_edits_as_they_were()
    {
        EncoderEdits edits = TestEdits.Kinds["all kinds"](Encoder.Config);
        float[][] Values() => [
            .. Encoder.Weights.Values.Concat(TunedTensors.List(Model(edits)).Select(tensor => tensor.Tensor)).Select(
                tensor => tensor.Values.ToArray())];
        float[][] before = Values();

        Assert.IsNotEmpty(new FoldedWeights(Encoder, edits).Changed);

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

        Assert.AreSame(tensor, tensor.Times(1));
        CollectionAssert.AreEqual(Array.ConvertAll(tensor.Values.ToArray(), value => value * 4), tensor.Times(4).Values.ToArray());
    }

    private static TunedModel Model(EncoderEdits edits) => TestModels.Model(Encoder) with { Edits = edits };

    private static HostTensor Random(int seed, params int[] shape) => TestModels.Random(new Random(seed), shape);

    // [out, in] times [in]
    private static double[] Times(HostTensor matrix, double[] x) => [.. Enumerable.Range(0, matrix.Shape[0]).Select(row =>
        Enumerable.Range(0, x.Length).Sum(column => matrix.Values.Span[(row * x.Length) + column] * x[column]))];
}
