using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tokenization;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.AdaMix.Onnx;

[TestClass]
public class EncoderGraphTests
{
    [TestMethod]
    [DataRow(nameof(EncoderFamily.Roberta))]
    [DataRow(nameof(EncoderFamily.Bert))]
    public void A_self_contained_graph_computes_what_the_session_computes(string family)
    {
        TunedModel model = TestModels.Model(TestModels.Encoder(Enum.Parse<EncoderFamily>(family)));
        TokenIds row = TestModels.Rows(model.Encoder.Config, 11)[0];
        string[] names = EncoderGraph.InputNames(model.Encoder.Config);
        using InferenceSession session = new(OnnxWriter.ToBytes(EncoderGraph.Build(model, embedEncoder: true)));

        OrtValue[] inputs = [.. names.Select(name => OrtValue.CreateTensorValueFromMemory(
            Array.ConvertAll(row.Ids, id => name switch { EncoderGraph.InputIds => id, EncoderGraph.AttentionMask => 1L, _ => 0L }),
            [1, row.Length]))];
        using RunOptions options = new();
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(options, names, inputs, [EncoderGraph.Logits]);

        TestModels.AreClose(TestModels.Score(model, row), outputs[0].GetTensorDataAsSpan<float>().ToArray(), 1e-6f);
        Array.ForEach(inputs, input => input.Dispose());
    }

    [TestMethod]
    public void A_graph_for_sessions_does_not_hold_the_encoder()
    {
        EncoderConfig config = TestModels.Config(EncoderFamily.Roberta) with { VocabularySize = 100_000 };
        TunedModel model = TestModels.Model(TestModels.Encoder(config));

        int self = OnnxWriter.ToBytes(EncoderGraph.Build(model, embedEncoder: true)).Length;
        int session = OnnxWriter.ToBytes(EncoderGraph.Build(model, embedEncoder: false)).Length;

        Assert.IsGreaterThan(100_000 * config.HiddenSize * sizeof(float), self);
        Assert.IsLessThan(50_000, session);
    }

    [TestMethod]
    public void Inputs_and_outputs_are_named_as_in_a_Hugging_Face_export()
    {
        OnnxGraph graph = EncoderGraph.Build(TestModels.Model(TestModels.Encoder(EncoderFamily.Bert)), embedEncoder: true);
        using InferenceSession session = new(OnnxWriter.ToBytes(graph));

        CollectionAssert.AreEqual((string[])["input_ids", "attention_mask", "token_type_ids"], session.InputNames.ToArray());
        CollectionAssert.AreEqual((string[])["logits", "embedding"], session.OutputNames.ToArray());
        CollectionAssert.AreEqual((string[])["batch", "sequence"], session.InputMetadata["input_ids"].SymbolicDimensions);
    }

    [TestMethod]
    public void A_head_of_another_width_is_refused()
    {
        TunedModel model = TestModels.Model(TestModels.Encoder(EncoderFamily.Roberta));

        InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(
            () => ModelSessions.Open(model with { Head = model.Head with { OutputBias = Zeros(4) } }));

        Assert.Contains("'head.output.bias'", error.Message);
    }

    private static HostTensor Zeros(params int[] shape) => HostTensor.Create(shape, StorageType.Float32, memory => memory.Span.Clear());
}
