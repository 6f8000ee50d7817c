using Microsoft.ML.AdaMix.Edits;
using Microsoft.ML.AdaMix.Onnx;

namespace Microsoft.ML.AdaMix.Models;

[TestClass]
public class TunedModelCheckTests
{
    private const string Query = "encoder.layer.0.attention.self.query";

    private static readonly TunedModel Model = TestModels.Model(TestModels.Encoder(EncoderFamily.Roberta));

    public static IEnumerable<object[]> Kinds => TestEdits.Names;

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void Edits_that_fit_are_taken(string kind) => TunedModelCheck.Check(Model.With(TestEdits.Kinds[kind](Model.Encoder.Config)));

    [TestMethod]
    [DataRow("encoder.layer.2.output")]
    [DataRow("encoder.layer.0.attention.self")]
    [DataRow("output")]
    public void An_adapter_in_a_module_that_is_none_is_refused(string module) => Refuses(
        [Adapter with { Module = module }],
        $"an adapter in '{module}'", "with 2 layers has not", "encoder.layer.0.attention.output, encoder.layer.0.output",
        "another encoder?");

    [TestMethod]
    public void A_low_rank_update_of_a_module_that_is_none_is_refused() => Refuses(
        [new LowRankEdit("encoder.layer.0.output", Zeros(2, 16), Zeros(16, 2), 1)], "a low-rank update of 'encoder.layer.0.output'", Query);

    [TestMethod]
    public void Factors_for_a_module_that_is_none_are_refused() =>
        Refuses([new ScaleEdit("embeddings.word_embeddings", Zeros(16))], "factors for 'embeddings.word_embeddings'", Query);

    [TestMethod]
    [DataRow("pooler.dense.bias")]
    [DataRow("encoder.layer.0.output.dense")]
    public void A_tensor_in_place_of_none_is_refused(string name) => Refuses(Replacing(name, Zeros(16)), $"a tensor in place of '{name}'");

    [TestMethod]
    [DataRow(-1)]
    [DataRow(2)]
    public void A_prefix_in_a_layer_that_is_none_is_refused(int layer) =>
        Refuses([new PrefixEdit(layer, Zeros(3, 16), Zeros(3, 16))], $"a prefix in layer {layer}", "0 to 1");

    [TestMethod]
    public void Many_edits_of_a_deep_encoder_are_checked_in_little_memory()
    {
        EncoderConfig config = TestModels.Config(EncoderFamily.Roberta) with { Layers = 300, HiddenSize = 4, IntermediateSize = 4 };
        LoadedEncoder encoder = new("deep", config, new Dictionary<string, HostTensor>(StringComparer.Ordinal), TestModels.NoTokenizer);
        (string Name, int[] Shape)[] tensors = [.. EncoderTensors.Required(config)];
        TunedModel model = TestModels.Model(encoder) with { Edits = [.. tensors.Select(tensor => Replacing(tensor))] };
        long before = GC.GetAllocatedBytesForCurrentThread();

        TunedModelCheck.Check(model);

        Assert.IsLessThan(100 << 20, GC.GetAllocatedBytesForCurrentThread() - before);

        static ReplacementEdit Replacing((string Name, int[] Shape) tensor) => new(tensor.Name, Zeros(tensor.Shape));
    }

    [TestMethod]
    public void Two_edits_of_one_kind_in_one_place_are_refused()
    {
        LowRankEdit update = new(Query, Zeros(2, 16), Zeros(16, 2), 1);
        ScaleEdit scale = new(Query, Zeros(16));
        PrefixEdit prefix = new(1, Zeros(3, 16), Zeros(3, 16));

        Refuses([Adapter, Adapter with { Input = AdapterInput.Residual }], "'encoder.layer.1.output.adapter.down.weight' twice");
        Refuses([update, update], $"'{Query}.lora_A' twice");
        Refuses([scale, scale], $"'{Query}.factors' twice");
        Refuses([prefix, prefix], "'encoder.layer.1.prefix.keys' twice");
    }

    [TestMethod]
    public void Tensors_of_another_encoder_are_refused_by_name_and_shape()
    {
        Misfits([Adapter with { DownWeight = Zeros(8, 32) }], "encoder.layer.1.output.adapter.down.weight", "[8, 32]", "[8, 16]");
        Misfits([Adapter with { DownBias = Zeros(9) }], "encoder.layer.1.output.adapter.down.bias", "[9]", "[8]");
        Misfits([Adapter with { UpWeight = Zeros(32, 8) }], "encoder.layer.1.output.adapter.up.weight", "[32, 8]", "[16, 8]");
        Misfits([Adapter with { UpBias = Zeros(16, 1) }], "encoder.layer.1.output.adapter.up.bias", "[16, 1]", "[16]");
        Misfits([new LowRankEdit(Query, Zeros(2, 24), Zeros(16, 2), 1)], $"{Query}.lora_A", "[2, 24]", "[2, 16]");
        Misfits([new LowRankEdit(Query, Zeros(2, 16), Zeros(16, 3), 1)], $"{Query}.lora_B", "[16, 3]", "[16, 2]");
        Misfits([new ScaleEdit(Query, Zeros(16, 1))], $"{Query}.factors", "[16, 1]", "[16]");
        Misfits(Replacing($"{Query}.bias", Zeros(17)), $"{Query}.bias", "[17]", "[16]");
        Misfits([new PromptEdit(Zeros(3, 17))], "embeddings.prompt", "[3, 17]", "[3, 16]");
        Misfits([new PrefixEdit(0, Zeros(3, 17), Zeros(3, 16))], "encoder.layer.0.prefix.keys", "[3, 17]", "[3, 16]");
    }

    [TestMethod]
    public void Prefixes_of_differing_lengths_are_refused() => Misfits(
        [new PrefixEdit(0, Zeros(3, 16), Zeros(3, 16)), new PrefixEdit(1, Zeros(3, 16), Zeros(2, 16))],
        "encoder.layer.1.prefix.values", "[2, 16]", "[3, 16]");

    [TestMethod]
    public void Empty_edits_are_refused()
    {
        Misfits([Adapter with { DownWeight = Zeros(0, 16), DownBias = Zeros(0), UpWeight = Zeros(16, 0) }],
            "encoder.layer.1.output.adapter.down.weight", "[0, 16]", "[1, 16]");
        Misfits([new LowRankEdit(Query, Zeros(0, 16), Zeros(16, 0), 1)], $"{Query}.lora_A", "[0, 16]", "[1, 16]");
        Misfits([new PromptEdit(Zeros(0, 16))], "embeddings.prompt", "[0, 16]", "[1, 16]");
        Misfits([new PromptEdit(Zeros())], "embeddings.prompt", "[]", "[1, 16]");
        Misfits([new PrefixEdit(0, Zeros(0, 16), Zeros(0, 16))], "encoder.layer.0.prefix.keys", "[0, 16]", "[1, 16]");
    }

    [TestMethod]
    public void A_scale_that_is_not_finite_is_refused()
    {
        Refuses([Adapter with { Scale = float.NaN }], "'encoder.layer.1.output' has the scale NaN");
        Refuses([new LowRankEdit(Query, Zeros(2, 16), Zeros(16, 2), float.PositiveInfinity)], $"'{Query}' has the scale");
    }

    [TestMethod]
    public void Texts_longer_than_prompt_and_prefixes_allow_are_refused()
    {
        EncoderEdits edits = [.. TestEdits.Prompt(Model.Encoder.Config), .. TestEdits.Prefixes(Model.Encoder.Config)];
        TunedModel model = Model.With(edits);
        Assert.AreEqual(31, model.Input.MaxLength);

        InvalidDataException error = Refusal(model with { Input = model.Input with { MaxLength = 32 } });

        Assert.Contains("up to 32 tokens", error.Message);
        Assert.Contains("positions for 38, of which prompt and prefixes take 7", error.Message);
    }

    [TestMethod]
    public void A_prompt_that_leaves_no_room_is_refused() => Refusal(Model.With([new PromptEdit(Zeros(38, 16))]));

    private static AdapterEdit Adapter => (AdapterEdit)Model.Edits[1];

    private static EncoderEdits Replacing(string name, HostTensor tensor) => [new ReplacementEdit(name, tensor)];

    private static HostTensor Zeros(params int[] shape) => HostTensor.Create(shape, StorageType.Float32, memory => memory.Span.Clear());

    private static void Misfits(EncoderEdits edits, string tensor, string found, string expected) =>
        Refuses(edits, $"'{tensor}' of the model has shape {found}", $"with encoder 'random' it has to be {expected}", "another encoder?");

    private static void Refuses(EncoderEdits edits, params string[] parts)
    {
        InvalidDataException error = Refusal(Model.With(edits));
        foreach (string part in parts)
        {
            Assert.Contains(part, error.Message);
        }
    }

    // As a user meets it: before a graph is built.
    private static InvalidDataException Refusal(TunedModel model) =>
        Assert.ThrowsExactly<InvalidDataException>(() => ModelSessions.Open(model));
}
