using System.Numerics.Tensors;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Onnx;

[TestClass]
public class Int8SessionTests
{
    // Sizes at which the kernels for whole blocks of bytes are used too.
    private static readonly EncoderConfig Config =
        TestModels.Config(EncoderFamily.Roberta) with { HiddenSize = 64, IntermediateSize = 160 };

    private static IEnumerable<object[]> Kinds => TestEdits.Names;

    private static IEnumerable<object[]> Activations => ActivationNodesTests.All;

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void Every_kind_of_edit_scores_in_int8_nearly_as_in_float32(string kind)
    {
        TunedModel model = TestModels.Model(TestModels.Encoder(Config)).With(TestEdits.Kinds[kind](Config));
        TokenIds[] rows = TestModels.Rows(Config, 9, 4, 17, 12, 1, 25);

        float[] float32 = TestModels.Score(model, ServingPrecision.Float32, rows);
        float[] int8 = TestModels.Score(model, ServingPrecision.Int8, rows);

        Assert.IsLessThan(
            0.05f, TensorPrimitives.Distance(float32, int8) / TensorPrimitives.Norm<float>(float32), "relative difference of the logits");
        CollectionAssert.AreNotEqual(float32, int8);
    }

    [TestMethod]
    [DynamicData(nameof(Activations))]
    public void Every_activation_scores_in_int8_nearly_as_in_float32(string activation)
    {
        TunedModel model = TestModels.Model(TestModels.Encoder(Config with { HiddenActivation = Enum.Parse<Activation>(activation) }));
        TokenIds[] rows = TestModels.Rows(Config, 9, 4, 17);

        float[] float32 = TestModels.Score(model, ServingPrecision.Float32, rows);

        Assert.IsLessThan(
            0.05f,
            TensorPrimitives.Distance(float32, TestModels.Score(model, ServingPrecision.Int8, rows))
            / TensorPrimitives.Norm<float>(float32));
    }

    [TestMethod]
    public void Scores_in_int8_do_not_depend_on_the_texts_beside_a_text()
    {
        TunedModel model = TestModels.Model(TestModels.Encoder(Config));
        TokenIds[] rows = TestModels.Rows(Config, 9, 4, 17, 12);

        float[] together = TestModels.Score(model, ServingPrecision.Int8, rows);

        TestModels.AreClose(together, [.. rows.SelectMany(row => TestModels.Score(model, ServingPrecision.Int8, row))], 1e-5f);
    }

    [TestMethod]
    public void Tokens_whose_values_are_all_zero_have_finite_scores()
    {
        LoadedEncoder encoder = TestModels.Encoder(Config);
        Dictionary<string, HostTensor> weights = new(encoder.Weights, StringComparer.Ordinal);
        foreach (string tensor in (string[])["encoder.layer.0.output.LayerNorm.weight", "encoder.layer.0.output.LayerNorm.bias"])
        {
            weights[tensor] = HostTensor.From([Config.HiddenSize], new float[Config.HiddenSize]);
        }

        TunedModel model = TestModels.Model(encoder with { Weights = weights });
        TokenIds[] rows = TestModels.Rows(Config, 5, 8);

        float[] int8 = TestModels.Score(model, ServingPrecision.Int8, rows);

        Assert.IsTrue(Array.TrueForAll(int8, float.IsFinite));
        TestModels.AreClose(TestModels.Score(model, ServingPrecision.Float32, rows), int8, 0.05f);
    }

    [TestMethod]
    public void Weights_are_quantised_once_for_all_models_on_an_encoder()
    {
        LoadedEncoder encoder = TestModels.Encoder(Config);
        EncoderMemory memory = EncoderMemory.Retain(encoder);
        try
        {
            OnnxBytes[] first = Shared(TestModels.Model(encoder, seed: 5));
            OnnxBytes[] second = Shared(TestModels.Model(encoder, seed: 6));

            Assert.HasCount((2 * 4) + 1, first); // in the last layer the query is a product of its own
            Assert.IsTrue(first.Zip(second).All(pair => ReferenceEquals(pair.First.Tensor, pair.Second.Tensor)));
        }
        finally
        {
            memory.Release();
        }

        OnnxBytes[] Shared(TunedModel model) =>
            [.. EncoderGraph.Build(model, embedEncoder: false, memory.Quantized).Weights.OfType<OnnxBytes>().Where(
                weight => !weight.Embedded)];
    }

    [TestMethod]
    public void Both_precisions_of_a_model_can_be_open_at_once()
    {
        TunedModel model = TestModels.Model(TestModels.Encoder(Config));
        TokenIds[] rows = TestModels.Rows(Config, 6);
        float[] float32 = TestModels.Score(model, ServingPrecision.Float32, rows);
        float[] int8 = TestModels.Score(model, ServingPrecision.Int8, rows);
        using IModelSession one = ModelSessions.Open(model, ServingPrecision.Float32);
        using IModelSession other = ModelSessions.Open(model, ServingPrecision.Int8);

        CollectionAssert.AreEqual(float32, TestModels.Score(one, rows));
        CollectionAssert.AreEqual(int8, TestModels.Score(other, rows));
    }

    [TestMethod]
    public void Auto_scores_as_one_of_the_two_and_always_the_same()
    {
        TunedModel model = TestModels.Model(TestModels.Encoder(Config));
        TokenIds[] rows = TestModels.Rows(Config, 6, 11);

        float[] first = TestModels.Score(model, ServingPrecision.Auto, rows);

        CollectionAssert.AreEqual(first, TestModels.Score(model, ServingPrecision.Auto, rows));
        bool isInt8 = first.SequenceEqual(TestModels.Score(model, ServingPrecision.Int8, rows));
        CollectionAssert.AreEqual(
            first, TestModels.Score(model, isInt8 ? ServingPrecision.Int8 : ServingPrecision.Float32, rows));
    }

    [TestMethod]
    public void Unsigned_weights_give_what_signed_ones_give()
    {
        if (!ByteProducts.TakeSignedWeights)
        {
            Assert.Inconclusive(
                "This processor adds products of signed bytes in 16 bits, where they overflow; int8 takes unsigned ones here, and the "
                + "other tests compare those with float32.");
        }

        LoadedEncoder encoder = TestModels.Encoder(Config);
        Dictionary<string, ChannelSplit> none = new(StringComparer.Ordinal);

        OnnxGraph signed = EncoderGraph.Build(
            TestModels.Model(encoder), embedEncoder: false, new QuantizedEncoder(encoder, none, signedWeights: true));
        OnnxGraph unsigned = EncoderGraph.Build(
            TestModels.Model(encoder), embedEncoder: false, new QuantizedEncoder(encoder, none, signedWeights: false));

        TestModels.AreClose(Run(encoder, signed), Run(encoder, unsigned), 1e-5f);
    }

    private static float[] Run(LoadedEncoder encoder, OnnxGraph graph)
    {
        // Each graph with a memory of its own: weights of one name differ.
        EncoderMemory memory = EncoderMemory.Retain(encoder with { });
        try
        {
            using OnnxRuntime.SessionOptions options = new();
            using OnnxRuntime.InferenceSession session = memory.Open(graph, options);
            using OnnxRuntime.OrtValue ids = OnnxRuntime.OrtValue.CreateTensorValueFromMemory<long>([5, 6, 7, 8], [1, 4]);
            using OnnxRuntime.OrtValue mask = OnnxRuntime.OrtValue.CreateTensorValueFromMemory<long>([1, 1, 1, 1], [1, 4]);
            using OnnxRuntime.RunOptions run = new();
            using OnnxRuntime.IDisposableReadOnlyCollection<OnnxRuntime.OrtValue> outputs = session.Run(
                run, [EncoderGraph.InputIds, EncoderGraph.AttentionMask], [ids, mask], [EncoderGraph.Logits]);
            return outputs[0].GetTensorDataAsSpan<float>().ToArray();
        }
        finally
        {
            memory.Release();
        }
    }
}
