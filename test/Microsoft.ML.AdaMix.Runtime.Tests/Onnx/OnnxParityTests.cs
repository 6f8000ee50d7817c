using Microsoft.ML.AdaMix.Edits;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>Compares with the reference numbers of the original implementation.</summary>
[TestClass]
public class OnnxParityTests
{
    private const float Tolerance = 2e-5f;

    // Those of the families are compared elsewhere, the regression's below.
    private static IEnumerable<(string Family, string File)> Files => Golden.AdaMixFiles.Where(file =>
        !file.Family.StartsWith(Golden.Families, StringComparison.Ordinal)
        && !file.File.StartsWith("regression_", StringComparison.Ordinal));

    [TestMethod]
    [DataRow("roberta")]
    [DataRow("bert")]
    public void Without_adapters_the_model_is_the_plain_classifier(string family)
    {
        GoldenTensors golden = new(Reference.Golden(family, "base.safetensors"));

        (float[] logits, float[] embeddings) = ReferenceModels.Score(ReferenceModels.Plain(family), golden.Rows());

        TestModels.AreClose(golden.Floats("out/logits"), logits, Tolerance);
        TestModels.AreClose(golden.FirstTokens("out/last_hidden_state"), embeddings, Tolerance);
    }

    [TestMethod]
    [DynamicData(nameof(Files))]
    public void Merged_adapters_give_the_reference_logits(string family, string file)
    {
        GoldenTensors golden = new(Reference.Golden(family, file));

        (float[] logits, float[] embeddings) = ReferenceModels.Score(Merged(family, golden), ReferenceModels.Rows(family));

        TestModels.AreClose(golden.Floats("out/logits_merged"), logits, Tolerance);
        TestModels.AreClose(golden.FirstTokens("out/last_hidden_state_merged"), embeddings, Tolerance);
    }

    [TestMethod]
    public void A_regression_gives_the_reference_value()
    {
        GoldenTensors golden = new(Reference.Golden("roberta", "regression_share_up.safetensors"));
        TunedModel classifier = Merged("roberta", golden);
        HeadWeights head = classifier.Head with
        {
            OutputWeight = golden.Tensor("param/classifier.out_proj.weight"),
            OutputBias = golden.Tensor("param/classifier.out_proj.bias"),
        };

        (float[] logits, _) = ReferenceModels.Score(classifier with { Head = head }, ReferenceModels.Rows("roberta"));

        TestModels.AreClose(golden.Floats("out/logits_merged_unclipped"), logits, Tolerance);
    }

    [TestMethod]
    [DataRow("roberta-mini")]
    [DataRow("minilm-l6")]
    public void A_pretrained_encoder_gives_the_reference_hidden_state(string name)
    {
        GoldenTensors golden = new(Reference.Model(name, "golden.safetensors"));
        LoadedEncoder encoder = ReferenceModels.Read(Reference.Model(name));
        TunedModel model = TestModels.Model(encoder) with { Edits = EncoderEdits.None };

        (_, float[] embeddings) = ReferenceModels.Score(model, golden.Rows());

        TestModels.AreClose(golden.FirstTokens($"out/hidden_states.{encoder.Config.Layers}"), embeddings, 1e-4f);
    }

    private static TunedModel Merged(string family, GoldenTensors golden)
    {
        TunedModel plain = ReferenceModels.Plain(family);
        return plain with
        {
            Edits =
            [
                .. Enumerable.Range(0, plain.Encoder.Config.Layers).Select(layer => new AdapterEdit(
                    $"encoder.layer.{layer}.output", AdapterInput.Output,
                    golden.Tensor($"merged/layer.{layer}.down.weight"), golden.Tensor($"merged/layer.{layer}.down.bias"),
                    golden.Tensor($"merged/layer.{layer}.up.weight"), golden.Tensor($"merged/layer.{layer}.up.bias"), Activation.Gelu)),
            ],
        };
    }
}
