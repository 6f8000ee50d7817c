using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Edits;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Models.Families;
using Microsoft.ML.AdaMix.Models.Families.DebertaV2;
using Microsoft.ML.AdaMix.Models.Families.MPNet;

namespace Microsoft.ML.AdaMix.Onnx.Families;

/// <summary>Served models of each family compared with Hugging Face's own code.</summary>
[TestClass]
public sealed class FamilyParityTests
{
    private const float Tolerance = 2e-5f;

    private const float StatesBeforeNorms = 5e-5f; // not normalised between layers

    private static IEnumerable<object[]> Families => Golden.FamilyFolders.Select(folder => (object[])[folder]);

    [TestMethod]
    [DynamicData(nameof(Families))]
    public void The_plain_classifier_gives_the_reference_logits(string family)
    {
        GoldenTensors golden = Open(family, "base");

        TunedModel plain = Plain(family);
        EncoderConfig config = plain.Encoder.Config;

        (float[] logits, float[] embeddings) = ReferenceModels.Score(plain, golden.Rows());

        TestModels.AreClose(golden.Floats("out/logits"), logits, Tolerance);
        if (!config.Definition.ReadsMean(config))
        {
            TestModels.AreClose(
                golden.FirstTokens("out/last_hidden_state"), embeddings, config.Definition.NormsFirst ? StatesBeforeNorms : Tolerance);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Families))]
    public void Merged_adapters_give_the_reference_logits(string family)
    {
        GoldenTensors golden = Open(family, "adamix_share_up");
        TunedModel plain = Plain(family);
        EncoderEdits edits =
        [
            .. Enumerable.Range(0, plain.Encoder.Config.Layers).Select(layer => new AdapterEdit(
                $"encoder.layer.{layer}.output", AdapterInput.Output,
                golden.Tensor($"merged/layer.{layer}.down.weight"), golden.Tensor($"merged/layer.{layer}.down.bias"),
                golden.Tensor($"merged/layer.{layer}.up.weight"), golden.Tensor($"merged/layer.{layer}.up.bias"), Activation.Gelu)),
        ];

        (float[] logits, _) = ReferenceModels.Score(plain with { Edits = edits }, Open(family, "base").Rows());

        TestModels.AreClose(golden.Floats("out/logits_merged"), logits, Tolerance);
    }

    [TestMethod]
    [DynamicData(nameof(Families))]
    public void Folded_lora_gives_the_reference_logits(string family)
    {
        GoldenTensors golden = Open(family, "lora");
        TunedModel plain = Plain(family);
        string[] modules =
        [
            .. golden.Names.Where(name => name.StartsWith("param/", StringComparison.Ordinal)
                && name.EndsWith(".lora_A.weight", StringComparison.Ordinal)).Select(name => name[..^".lora_A.weight".Length]),
        ];
        float scale = Golden.FamilyConfiguration().GetProperty("lora_alpha").GetSingle()
            / Golden.FamilyConfiguration().GetProperty("lora_rank").GetSingle();
        EncoderEdits edits =
        [
            .. modules.Select(module => new LowRankEdit(
                TensorNames.Canonical(module["param/".Length..], plain.Encoder.Config.Definition),
                golden.Tensor($"{module}.lora_A.weight"), golden.Tensor($"{module}.lora_B.weight"), scale)),
        ];

        (float[] logits, _) = ReferenceModels.Score(plain with { Edits = edits }, Open(family, "base").Rows());

        TestModels.AreClose(golden.Floats("out/logits"), logits, 1e-4f);
        TestModels.AreClose(golden.Floats("out/logits_folded"), logits, 1e-4f);
    }

    [TestMethod]
    public void ModernBERT_s_configuration_of_transformers_5_says_the_same()
    {
        const string Newer = "config.v5.json";
        foreach (string family in Golden.FamilyFolders.Where(name => Golden.Files(name, Newer).Count > 0).DefaultIfEmpty(Golden.Missing))
        {
            string folder = Reference.Golden(family);
            EncoderConfig Read(string file) =>
                EncoderConfigReader.Read(File.ReadAllBytes(Path.Combine(folder, file)), file);

            Assert.AreEqual(Read("config.json"), Read(Newer));
        }
    }

    /// <summary>Hugging Face computes them in float32; the rows must not differ at any distance.</summary>
    [TestMethod]
    public void Buckets_are_those_of_float32_at_every_distance()
    {
        for (int distance = -600; distance <= 600; distance++)
        {
            float far = Math.Abs(distance);
            float log = MathF.Log(far / 8f) / (float)Math.Log(16) * 8;
            int bucket = (distance < 0 ? 16 : 0) + (far < 8 ? (int)far : Math.Min(15, 8 + (int)log));
            Assert.AreEqual(bucket, RelativeBuckets.Of(distance), $"MPNet, {distance}");
        }

        DisentangledPositions v3 = new(256, 512, true, true, true); // as published
        for (int distance = -511; distance <= 511; distance++)
        {
            float far = Math.Abs(distance);
            float log = MathF.Ceiling(MathF.Log(far / 128f) / MathF.Log((float)(511 / 128.0)) * 127) + 128;
            float bucket = far <= 128 ? distance : log * Math.Sign(distance);
            Assert.AreEqual(Math.Clamp((int)bucket + 256, 0, 511), v3.Row(distance), $"DeBERTa, {distance}");
        }
    }

    private static GoldenTensors Open(string family, string file) => new(Reference.Golden(family, $"{file}.safetensors"));

    private static TunedModel Plain(string family)
    {
        string folder = Reference.Golden(family);
        LoadedEncoder encoder = HuggingFaceFolder.Load(folder);
        HeadShape shape = encoder.Config.Definition.Head(encoder.Config);
        GoldenTensors file = new(Path.Combine(folder, "model.safetensors"));
        Dictionary<string, string> stored = file.Names.ToDictionary(
            name => TensorNames.Canonical(name, encoder.Config.Definition), StringComparer.Ordinal);
        HostTensor Tensor(string name) => file.Tensor(stored[name]);
        HostTensor zero = HostTensor.From([encoder.Config.HiddenSize], new float[encoder.Config.HiddenSize]);
        HeadWeights head = new(
            Tensor($"{shape.Dense}.weight"), shape.HasDenseBias ? Tensor($"{shape.Dense}.bias") : zero,
            Tensor($"{shape.Output}.weight"), Tensor($"{shape.Output}.bias"))
        {
            Norm = shape.Norm is { } norm ? new HeadNorm(Tensor($"{norm}.weight"), zero) : null,
        };
        return new TunedModel(encoder, EncoderEdits.None, head, new TextInput(encoder.Config.MaxSequenceLength, SpecialTokensInText: true));
    }
}
