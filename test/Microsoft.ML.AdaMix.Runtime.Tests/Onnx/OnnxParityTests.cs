using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Testing;
using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>Compares with the reference numbers of the original implementation.</summary>
[TestClass]
public class OnnxParityTests
{
    private const float Tolerance = 2e-5f;

    [TestMethod]
    [DataRow("roberta")]
    [DataRow("bert")]
    public void Without_adapters_the_model_is_the_plain_classifier(string family)
    {
        GoldenTensors golden = new(Reference.Golden(family, "base.safetensors"));
        LoadedEncoder encoder = TestModels.Read(Reference.Golden(family));
        MergedModel model = new(encoder, new AdapterWeights?[encoder.Config.Layers], Head(family), Input(encoder));

        (float[] logits, float[] embeddings) = Score(model, golden.Rows());

        TestModels.AreClose(golden.Floats("out/logits"), logits, Tolerance);
        TestModels.AreClose(golden.FirstTokens("out/last_hidden_state"), embeddings, Tolerance);
    }

    [TestMethod]
    [DataRow("roberta", "adamix_share_up")]
    [DataRow("roberta", "adamix_share_down")]
    [DataRow("roberta", "adamix_share_none")]
    [DataRow("roberta", "adamix_share_both")]
    [DataRow("bert", "adamix_share_up")]
    [DataRow("bert", "adamix_share_none")]
    public void Merged_adapters_give_the_reference_logits(string family, string file)
    {
        GoldenTensors golden = new(Reference.Golden(family, $"{file}.safetensors"));

        (float[] logits, float[] embeddings) = Score(Merged(family, golden, Head(family)), Rows(family));

        TestModels.AreClose(golden.Floats("out/logits_merged"), logits, Tolerance);
        TestModels.AreClose(golden.FirstTokens("out/last_hidden_state_merged"), embeddings, Tolerance);
    }

    [TestMethod]
    public void A_regression_gives_the_reference_value()
    {
        GoldenTensors golden = new(Reference.Golden("roberta", "regression_share_up.safetensors"));
        HeadWeights head = Head("roberta") with
        {
            OutputWeight = golden.Tensor("param/classifier.out_proj.weight"),
            OutputBias = golden.Tensor("param/classifier.out_proj.bias"),
        };

        (float[] logits, _) = Score(Merged("roberta", golden, head), Rows("roberta"));

        TestModels.AreClose(golden.Floats("out/logits_merged_unclipped"), logits, Tolerance);
    }

    [TestMethod]
    [DataRow("roberta-mini")]
    [DataRow("minilm-l6")]
    public void A_pretrained_encoder_gives_the_reference_hidden_state(string name)
    {
        GoldenTensors golden = new(Reference.Model(name, "golden.safetensors"));
        LoadedEncoder encoder = TestModels.Read(Reference.Model(name));
        MergedModel model = TestModels.Model(encoder) with { Adapters = new AdapterWeights?[encoder.Config.Layers] };

        (_, float[] embeddings) = Score(model, golden.Rows());

        TestModels.AreClose(golden.FirstTokens($"out/hidden_states.{encoder.Config.Layers}"), embeddings, 1e-4f);
    }

    private static MergedModel Merged(string family, GoldenTensors golden, HeadWeights head)
    {
        LoadedEncoder encoder = TestModels.Read(Reference.Golden(family));
        AdapterWeights?[] adapters = [.. Enumerable.Range(0, encoder.Config.Layers).Select(layer => new AdapterWeights(
            golden.Tensor($"merged/layer.{layer}.down.weight"), golden.Tensor($"merged/layer.{layer}.down.bias"),
            golden.Tensor($"merged/layer.{layer}.up.weight"), golden.Tensor($"merged/layer.{layer}.up.bias"), Activation.Gelu))];
        return new MergedModel(encoder, adapters, head, Input(encoder));
    }

    private static HeadWeights Head(string family)
    {
        GoldenTensors file = new(Reference.Golden(family, "model.safetensors"));
        (string dense, string output) = family == "bert" ? ("bert.pooler.dense", "classifier") : ("classifier.dense", "classifier.out_proj");
        return new HeadWeights(
            file.Tensor($"{dense}.weight"), file.Tensor($"{dense}.bias"), file.Tensor($"{output}.weight"), file.Tensor($"{output}.bias"));
    }

    private static TextInput Input(LoadedEncoder encoder) => new(encoder.Config.MaxSequenceLength, SpecialTokensInText: true);

    private static TokenIds[] Rows(string family) => new GoldenTensors(Reference.Golden(family, "base.safetensors")).Rows();

    private static (float[] Logits, float[] Embeddings) Score(MergedModel model, TokenIds[] rows)
    {
        using IModelSession session = ModelSessions.Open(model);
        float[] logits = new float[rows.Length * session.Outputs];
        float[] embeddings = new float[rows.Length * session.EmbeddingSize];
        session.Score(rows, logits, embeddings);
        return (logits, embeddings);
    }
}
