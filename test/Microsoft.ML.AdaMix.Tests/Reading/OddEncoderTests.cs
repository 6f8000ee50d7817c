using System.Text;
using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tests.Trainers;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.AdaMix.Tests.Reading;

/// <summary>Encoders whose config.json is valid and does not allow what the options ask for: named before a row is read.</summary>
[TestClass]
public sealed class OddEncoderTests
{
    private static readonly Row[] Two =
        [new() { Label = "a", Text = "a cat", Text2 = "a dog" }, new() { Label = "b", Text = "a dog", Text2 = "a cat" }];

    private readonly string _folder = Directory.CreateTempSubdirectory("adamix-odd").FullName;

    [TestCleanup]
    public void Clean() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void BERT_with_one_token_type_and_pairs_is_named_with_file_value_and_column()
    {
        InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(
            () => Fit(Options(Encoder(tokenTypes: 1)) with { SecondTextColumnName = "Text2" }, new MLContext(1), Two));
        Assert.Contains("config.json has type_vocab_size = 1", error.Message);
        Assert.Contains("'Text2'", error.Message);
        Assert.Contains(_folder, error.Message);
    }

    [TestMethod]
    public void BERT_with_one_token_type_trains_on_single_texts_and_with_two_on_pairs()
    {
        Assert.IsNotNull(Fit(Options(Encoder(tokenTypes: 1)), new MLContext(1), Two));
        Assert.IsNotNull(Fit(Options(Encoder(tokenTypes: 2)) with { SecondTextColumnName = "Text2" }, new MLContext(1), Two));
    }

    [TestMethod]
    public void A_model_for_pairs_on_such_an_encoder_is_refused_when_it_is_made_or_loaded()
    {
        MLContext ml = new(1);
        AdaMixTransformer model = Fit(Options(Encoder(tokenTypes: 1)), ml, Two);
        ServedModel pairs = model.Model with { Columns = model.Model.Columns with { SecondText = "Text2" } };
        Assert.Contains(
            "type_vocab_size = 1", Assert.ThrowsExactly<InvalidDataException>(() => new AdaMixTransformer(ml, pairs)).Message);
    }

    [TestMethod]
    public void Virtual_tokens_that_leave_no_position_for_a_text_are_named()
    {
        AdaMixOptions options = Options(Encoder(positions: 12)) with { Method = new PromptTuning { Tokens = 10 } };
        ArgumentException error = Assert.ThrowsExactly<ArgumentException>(() => Fit(options, new MLContext(1), Two));
        Assert.Contains("max_position_embeddings 12", error.Message);
        Assert.Contains("10 tokens of its own", error.Message);
    }

    [TestMethod]
    public void Fewer_positions_than_MaxLength_are_warned_of_and_train()
    {
        MLContext ml = new(1);
        List<string> warnings = [];
        ml.Log += (_, entry) => warnings.AddRange(entry.Kind == ChannelMessageKind.Warning ? [entry.RawMessage] : Array.Empty<string>());
        Fit(Options(Encoder(positions: 12)), ml, Two);
        Assert.IsTrue(warnings.Exists(line => line.Contains("more than the 12 tokens", StringComparison.Ordinal)));
    }

    [TestMethod]
    [DataRow("cls_token")]
    [DataRow("sep_token")]
    [DataRow("pad_token")]
    [DataRow("unk_token")]
    public void A_special_token_that_the_vocabulary_lacks_is_named_with_its_file(string role)
    {
        PretrainedEncoder encoder = Encoder();
        File.WriteAllText(Path.Combine(_folder, "tokenizer_config.json"), $$"""{"{{role}}": "[NONE]"}""");
        InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(() => Fit(Options(encoder), new MLContext(1), Two));
        Assert.Contains($"{role} '[NONE]'", error.Message);
        Assert.Contains("tokenizer_config.json", error.Message);
    }

    private static AdaMixOptions Options(PretrainedEncoder encoder) =>
        new() { Encoder = encoder, Method = new HeadOnlyTuning(), Epochs = 1, MaxLength = 16, Seed = 1 };

    private static AdaMixTransformer Fit(AdaMixOptions options, MLContext ml, IEnumerable<Row> rows) =>
        ((IEnumerable<ITransformer>)Rows.Pipeline(ml, options).Fit(ml.Data.LoadFromEnumerable(rows))).OfType<AdaMixTransformer>().Single();

    private PretrainedEncoder Encoder(int tokenTypes = 2, int positions = 40)
    {
        EncoderConfig config = new()
        {
            Family = EncoderFamily.Bert,
            VocabularySize = 8,
            HiddenSize = 8,
            Layers = 1,
            Heads = 2,
            IntermediateSize = 8,
            MaxPositions = positions,
            TokenTypes = tokenTypes,
            PadTokenId = 0,
            LayerNormEpsilon = 1e-5,
            HiddenActivation = Activation.Gelu,
        };
        File.WriteAllText(Path.Combine(_folder, "config.json"), $$"""
            {"model_type": "bert", "vocab_size": 8, "hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2,
             "intermediate_size": 8, "max_position_embeddings": {{positions}}, "type_vocab_size": {{tokenTypes}}, "pad_token_id": 0}
            """);
        File.WriteAllBytes(
            Path.Combine(_folder, "vocab.txt"), Encoding.UTF8.GetBytes("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\ncat\ndog\n"));
        Random random = new(1);
        using FileStream stream = File.Create(Path.Combine(_folder, "model.safetensors"));
        SafetensorsWriter.Write(stream, [.. EncoderTensors.Required(config).Select(tensor => KeyValuePair.Create(
            tensor.Name,
            HostTensor.Create(tensor.Shape, StorageType.Float32, memory =>
            {
                foreach (ref float value in memory.Span)
                {
                    value = random.NextSingle() - 0.5f;
                }
            })))]);
        return PretrainedEncoder.FromFolder(_folder);
    }
}
