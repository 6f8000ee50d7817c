using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Edits;

[TestClass]
public class EditedGraphTests
{
    private const string Words = "embeddings.word_embeddings.weight";
    private const string Positions = "embeddings.position_embeddings.weight";

    public static IEnumerable<object[]> Kinds => TestEdits.Names;

    [TestMethod]
    [DataRow("low rank")]
    [DataRow("scales")]
    [DataRow("biases")]
    [DataRow("every tensor")]
    public void Folded_edits_add_no_node(string kind)
    {
        TunedModel model = Plain(EncoderFamily.Roberta);

        OnnxGraph plain = EncoderGraph.Build(model, embedEncoder: false);
        OnnxGraph edited = EncoderGraph.Build(Edited(model, kind), embedEncoder: false);

        CollectionAssert.AreEqual(
            plain.Nodes.SelectMany(node => node.Outputs).ToArray(), edited.Nodes.SelectMany(node => node.Outputs).ToArray());
        CollectionAssert.AreEqual(
            plain.Nodes.SelectMany(node => node.Inputs).ToArray(), edited.Nodes.SelectMany(node => node.Inputs).ToArray());
    }

    [TestMethod]
    [DataRow("low rank")]
    [DataRow("scales")]
    [DataRow("biases")]
    public void Tensors_that_no_edit_touches_stay_those_of_the_encoder(string kind)
    {
        TunedModel model = Edited(Plain(EncoderFamily.Bert), kind);
        FoldedWeights folded = new(model.Encoder, model.Edits);

        OnnxFloats[] shared = [
            .. EncoderGraph.Build(model, embedEncoder: false).Weights.OfType<OnnxFloats>().Where(weight => !weight.Embedded)];

        CollectionAssert.AreEquivalent(model.Encoder.Weights.Keys.Except(folded.Changed, StringComparer.Ordinal).ToArray(),
            shared.Select(weight => weight.Name).ToArray());
        Assert.IsTrue(Array.TrueForAll(shared, weight => ReferenceEquals(weight.Tensor, model.Encoder[weight.Name])));
    }

    [TestMethod]
    [DataRow(nameof(EncoderFamily.Roberta))]
    [DataRow(nameof(EncoderFamily.Bert))]
    public void A_model_whose_every_tensor_is_replaced_shares_nothing_and_scores_as_the_encoder_that_has_them(string family)
    {
        TunedModel model = Edited(Plain(Enum.Parse<EncoderFamily>(family)), "every tensor");
        TokenIds[] rows = TestModels.Rows(model.Encoder.Config, 9, 4);

        Assert.IsTrue(EncoderGraph.Build(model, embedEncoder: false).Weights.All(weight => weight.Embedded));
        TunedModel whole = model with {
            Encoder = model.Encoder with { Weights = TestEdits.Replaced(model.Edits) }, Edits = EncoderEdits.None };
        TestModels.AreClose(TestModels.Score(whole, rows), TestModels.Score(model, rows), 1e-6f);
    }

    [TestMethod]
    public void Models_on_one_encoder_do_not_mix_their_folded_weights()
    {
        TunedModel plain = Plain(EncoderFamily.Roberta);
        TunedModel[] models = [plain, Edited(plain, "low rank"), Edited(plain, "scales"), Edited(plain, "every tensor")];
        TokenIds[] rows = TestModels.Rows(plain.Encoder.Config, 9, 5);
        float[][] alone = [.. models.Select(model => TestModels.Score(model, rows))];

        IModelSession[] open = [.. models.Select(ModelSessions.Open)];

        for (int i = 0; i < models.Length; i++)
        {
            CollectionAssert.AreEqual(alone[i], TestModels.Score(models[i], rows));
            Assert.IsTrue(i == 0 || !alone[0].AsSpan().SequenceEqual(alone[i]));
        }

        Array.ForEach(open, lease => lease.Dispose());
    }

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void A_row_scores_the_same_alone_and_in_a_padded_batch(string kind)
    {
        EncoderFamily[] some = [EncoderFamily.Roberta, EncoderFamily.Bert];
        foreach (EncoderFamily family in kind == "all kinds" ? Enum.GetValues<EncoderFamily>() : some)
        {
            TunedModel model = Edited(Plain(family), kind);
            TokenIds[] rows = TestModels.Rows(model.Encoder.Config, 1, model.Input.MaxLength, 7, 12);

            float[] batch = TestModels.Score(model, rows);

            TestModels.AreClose([.. rows.SelectMany(row => TestModels.Score(model, row))], batch, 1e-5f);
            Assert.AreEqual(model.Edits.Count == 0, batch.AsSpan().SequenceEqual(TestModels.Score(Plain(family), rows)));
        }
    }

    [TestMethod]
    [DataRow(ServingPrecision.Float32)]
    [DataRow(ServingPrecision.Int8)]
    public void A_change_of_what_a_module_gives_computes_as_the_same_change_of_its_weights(ServingPrecision precision)
    {
        TunedModel plain = Plain(EncoderFamily.Roberta);
        EncoderEdits nodes = [.. EncoderTensors.LinearModules(plain.Encoder.Config).Select(module => new Negation(module.Key))];
        EncoderEdits folded =
        [
            .. EncoderTensors.LinearModules(plain.Encoder.Config)
                .Select(module => new ScaleEdit(
                    module.Key, HostTensor.From([module.Value[0]], [.. Enumerable.Repeat(-1f, module.Value[0])]))),
        ];
        TokenIds[] rows = TestModels.Rows(plain.Encoder.Config, 6, 3);

        TestModels.AreClose(
            TestModels.Score(plain.With(folded), precision, rows), TestModels.Score(plain.With(nodes), precision, rows), 1e-5f);
    }

    [TestMethod]
    public void A_matrix_that_an_edit_keeps_from_int8_is_multiplied_in_float32()
    {
        const string Module = "encoder.layer.1.intermediate.dense";
        TunedModel model = Plain(EncoderFamily.Roberta).With([new Float32Only(Module)]);
        QuantizedEncoder quantized = new(model.Encoder, new Dictionary<string, ChannelSplit>(StringComparer.Ordinal), signedWeights: true);

        OnnxNode[] nodes = [.. EncoderGraph.Build(model, embedEncoder: false, quantized).Nodes];

        Assert.ContainsSingle(node => node.Operator == "Gemm" && node.Inputs[1] == $"{Module}.weight", nodes);
        Assert.HasCount(8, nodes.Where(node => node.Operator == "MatMulIntegerToFloat").ToArray()); // 2 layers, the last one's query alone
    }

    [TestMethod]
    public void Two_prompts_or_prefixes_of_different_kinds_are_refused()
    {
        TunedModel model = Plain(EncoderFamily.Roberta);

        Assert.Contains("2 prompts", Assert.ThrowsExactly<InvalidDataException>(() => TunedModelCheck.Check(
            model.With([.. TestEdits.Prompt(model.Encoder.Config), new Before(model.Encoder.Config)]))).Message);
        Assert.Contains("2 prefixes in layer 0", Assert.ThrowsExactly<InvalidDataException>(() => TunedModelCheck.Check(
            model.With([.. TestEdits.Prefixes(model.Encoder.Config), new Before(model.Encoder.Config)]))).Message);
    }

    [TestMethod]
    public void A_scale_multiplies_what_an_adapter_adds()
    {
        TunedModel model = Edited(Plain(EncoderFamily.Roberta), "adapters");
        TokenIds[] rows = TestModels.Rows(model.Encoder.Config, 6, 3);
        AdapterEdit[] adapters = [.. model.Edits.OfType<AdapterEdit>()];
        EncoderEdits scaled =
        [
            .. adapters.Select(adapter =>
                adapter with { UpWeight = adapter.UpWeight.Times(adapter.Scale), UpBias = adapter.UpBias.Times(adapter.Scale), Scale = 1 }),
        ];
        EncoderEdits silent = [.. adapters.Select(adapter => adapter with { Scale = 0 })];

        TestModels.AreClose(TestModels.Score(model, rows), TestModels.Score(model.With(scaled), rows), 1e-6f);
        TestModels.AreClose(TestModels.Score(Plain(EncoderFamily.Roberta), rows), TestModels.Score(model.With(silent), rows), 1e-6f);
    }

    [TestMethod]
    [DataRow(nameof(EncoderFamily.Roberta))]
    [DataRow(nameof(EncoderFamily.Bert))]
    public void A_prompt_of_word_embeddings_is_as_good_as_the_words(string family)
    {
        TunedModel model = Plain(Enum.Parse<EncoderFamily>(family));
        EncoderConfig config = model.Encoder.Config;
        int[] ids = [7, 21, 3];
        ReadOnlySpan<float> table = model.Encoder[Words].Values.Span;
        List<float> embeddings = [];
        foreach (int id in ids)
        {
            embeddings.AddRange(table.Slice(id * config.HiddenSize, config.HiddenSize));
        }

        EncoderEdits edits = [new PromptEdit(HostTensor.From([ids.Length, config.HiddenSize], [.. embeddings]))];
        TokenIds[] rows = [.. TestModels.Rows(config, 5, 12, 8).Select(
            (row, index) => config.Family == EncoderFamily.Bert && index == 2 ? row with { SecondStart = 4 } : row)];
        TokenIds[] longer = [.. rows.Select(row => new TokenIds([.. ids, .. row.Ids], row.SecondStart + ids.Length))];

        TestModels.AreClose(TestModels.Score(model, longer), TestModels.Score(model.With(edits), rows), 1e-6f);
    }

    /// <summary>The reference numbers of prefixes are RoBERTa's; a BERT with the same numbers in its tables has to agree.</summary>
    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void BERT_and_RoBERTa_of_the_same_weights_agree(string kind)
    {
        EncoderConfig config = TestModels.Config(EncoderFamily.Roberta);
        LoadedEncoder roberta = TestModels.Encoder(config);
        TunedModel model = Edited(TestModels.Model(roberta), kind);
        TunedModel bert = model.With(WithoutFirstPositions(model.Edits, config)) with
        {
            Encoder = roberta with
            {
                Config = config with { Family = EncoderFamily.Bert, MaxPositions = config.MaxSequenceLength },
                Weights = WithoutFirstPositions(roberta.Weights, config),
            },
        };
        TokenIds[] rows = TestModels.Rows(config, 3, 9);

        TestModels.AreClose(TestModels.Score(model, rows), TestModels.Score(bert, rows), 1e-6f);
    }

    [TestMethod]
    [DataRow("prompt", "35 tokens, but the encoder has positions for 38, of which the model's prompt and prefixes take 4. Truncate to 34")]
    [DataRow("prefixes",
        "36 tokens, but the encoder has positions for 38, of which the model's prompt and prefixes take 3. Truncate to 35")]
    public void Virtual_tokens_shorten_the_longest_row(string kind, string reason)
    {
        TunedModel model = Edited(Plain(EncoderFamily.Roberta), kind);
        TokenIds longest = TestModels.Rows(model.Encoder.Config, model.Input.MaxLength)[0];

        Assert.IsTrue(Array.TrueForAll(TestModels.Score(model, longest), float.IsFinite));
        ArgumentException error = Assert.ThrowsExactly<ArgumentException>(
            () => TestModels.Score(model, new TokenIds([.. longest.Ids, 5], longest.Length + 1)));
        Assert.Contains(reason, error.Message);
    }

    private static TunedModel Plain(EncoderFamily family) => TestModels.Model(TestModels.Encoder(family)).With(EncoderEdits.None);

    private static TunedModel Edited(TunedModel model, string kind) => model.With(TestEdits.Kinds[kind](model.Encoder.Config));

    private static EncoderEdits WithoutFirstPositions(EncoderEdits edits, EncoderConfig config) =>
    [
        .. edits.Where(edit => edit is not ReplacementEdit),
        .. WithoutFirstPositions(TestEdits.Replaced(edits), config).Select(tensor => new ReplacementEdit(tensor.Key, tensor.Value)),
    ];

    // RoBERTa's position table without the rows that no token has.
    private static Dictionary<string, HostTensor> WithoutFirstPositions(
        IReadOnlyDictionary<string, HostTensor> tensors, EncoderConfig config)
    {
        Dictionary<string, HostTensor> changed = new(tensors, StringComparer.Ordinal);
        if (changed.TryGetValue(Positions, out HostTensor? table))
        {
            changed[Positions] = HostTensor.From(
                [config.MaxSequenceLength, config.HiddenSize], table.Values.Span[(config.FirstPosition * config.HiddenSize)..]);
        }

        return changed;
    }

    private sealed record Negation(string Module) : EncoderEdit
    {
        public override IEnumerable<TunedTensor> Tensors(TunedModel model) => [];

        public override string Projected(IEncoderNodes nodes, string module, string input, string output) =>
            module == Module ? nodes.Add("Neg", [output]) : output;
    }

    private sealed record Float32Only(string Module) : EncoderEdit
    {
        public override bool TakesInt8 => false;

        public override IEnumerable<TunedTensor> Tensors(TunedModel model) => [];

        public override void Fold(FoldedWeights weights) => weights.Set($"{Module}.weight", weights[$"{Module}.weight"].Times(2));
    }

    private sealed record Before(EncoderConfig Config) : EncoderEdit
    {
        public override HostTensor Prompt { get; } = HostTensor.From([1, Config.HiddenSize], new float[Config.HiddenSize]);

        public override IEnumerable<TunedTensor> Tensors(TunedModel model) => [];

        public override KeysAndValues? Prefix(int layer) => layer == 0 ? new KeysAndValues(Prompt, Prompt) : null;
    }
}
