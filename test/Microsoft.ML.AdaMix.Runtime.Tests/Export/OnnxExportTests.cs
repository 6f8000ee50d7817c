using System.Text.Json;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Runtime.Tests.Tokenization;
using Microsoft.ML.AdaMix.Scoring;
using Microsoft.ML.AdaMix.Tokenization;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.AdaMix.Export;

[TestClass]
public sealed class OnnxExportTests : IDisposable
{
    private static readonly string[] Words = ["furry", "mammal", "a", "small", "##s", "dish"];

    private readonly TemporaryFolder _folder = new();

    public static IEnumerable<object[]> TasksAndKinds =>
        from task in Enum.GetNames<TextTask>()
        from kind in TestEdits.Kinds.Keys
        from family in (string[])[nameof(EncoderFamily.Roberta), nameof(EncoderFamily.Bert)]
        select (object[])[task, kind, family];

    private string Target => Path.Combine(_folder.Path, "export");

    [TestMethod]
    [DynamicData(nameof(TasksAndKinds))]
    public void ONNX_Runtime_alone_gives_the_logits_of_Transform(string task, string kind, string family)
    {
        ServedModel model = Model(Enum.Parse<TextTask>(task), kind, Enum.Parse<EncoderFamily>(family));
        AdaMixTransformer transformer = Classifiers.Transformer(model);
        string[] texts = ["a small furry mammal", "", "dish",
            "mammals mammals a a a small dish furry furry a a a a a a a a a a a a a a a a a a a a a a a a"];
        float[][] expected = [.. transformer.Transform(
            new MLContext().Data.LoadFromEnumerable(texts.Select(text => new TextRow { Text = text }))).GetColumn<float[]>("Logits")];

        transformer.ExportOnnx(Target);

        float[][] found = Run(Path.Combine(Target, "onnx", "model.onnx"), [.. texts.Select(text => Encode(model, text))]);
        Classifiers.AreClose(expected, found, 1e-5f);
    }

    [TestMethod]
    public void The_graph_stands_alone_and_has_the_inputs_and_outputs_that_Hugging_Face_exports_have()
    {
        Classifiers.Transformer(Model(TextTask.Multiclass, "adapters", EncoderFamily.Bert)).ExportOnnx(Target);

        using InferenceSession session = new(Path.Combine(Target, "onnx", "model.onnx"));

        CollectionAssert.AreEquivalent(new[] { "input_ids", "attention_mask", "token_type_ids" }, session.InputMetadata.Keys.ToArray());
        CollectionAssert.AreEqual(new[] { "batch", "sequence" }, session.InputMetadata["input_ids"].SymbolicDimensions);
        Assert.Contains("logits", session.OutputMetadata.Keys);
        Assert.AreEqual(3, session.OutputMetadata["logits"].Dimensions[1]);
    }

    [TestMethod]
    public void The_configuration_says_of_each_task_what_its_outputs_mean()
    {
        JsonElement classes = Config(Model(TextTask.Multiclass, "nothing", EncoderFamily.Roberta));
        Assert.AreEqual("single_label_classification", classes.GetProperty("problem_type").GetString());
        Assert.AreEqual("food", classes.GetProperty("id2label").GetProperty("1").GetString());
        Assert.AreEqual(2, classes.GetProperty("label2id").GetProperty("person").GetInt32());
        Assert.AreEqual("roberta", classes.GetProperty("model_type").GetString());
        Assert.AreEqual("RobertaForSequenceClassification", classes.GetProperty("architectures")[0].GetString());
        Assert.AreEqual(1, classes.GetProperty("pad_token_id").GetInt32());
        Assert.AreEqual(0, classes.GetProperty("bos_token_id").GetInt32());
        Assert.AreEqual(38, classes.GetProperty("adamix").GetProperty("max_length").GetInt32());

        JsonElement binary = Config(Model(TextTask.Binary, "nothing", EncoderFamily.Bert));
        Assert.AreEqual("single_label_classification", binary.GetProperty("problem_type").GetString());
        Assert.AreEqual("true", binary.GetProperty("id2label").GetProperty("1").GetString());
        Assert.AreEqual("bert", binary.GetProperty("model_type").GetString());
        JsonElement named = Config(Model(TextTask.Binary, "nothing", EncoderFamily.Bert) with
        {
            Labels = LabelKeys.Restore(2, "text", ["ham", "spam"]),
        });
        Assert.AreEqual("ham", named.GetProperty("id2label").GetProperty("0").GetString());
        Assert.AreEqual(1, named.GetProperty("label2id").GetProperty("spam").GetInt32());

        JsonElement regression = Config(Model(TextTask.Regression, "nothing", EncoderFamily.Roberta));
        Assert.AreEqual("regression", regression.GetProperty("problem_type").GetString());
        Assert.AreEqual("LABEL_0", regression.GetProperty("id2label").GetProperty("0").GetString());

        JsonElement labels =
            Config(Model(TextTask.MultiLabel, "nothing", EncoderFamily.Roberta) with { Thresholds = [0.25f, 0.5f, 0.75f] });
        Assert.AreEqual("multi_label_classification", labels.GetProperty("problem_type").GetString());
        Assert.AreEqual(0.25, labels.GetProperty("adamix").GetProperty("thresholds")[0].GetDouble());
    }

    [TestMethod]
    [DataRow(nameof(EncoderFamily.Roberta))]
    [DataRow(nameof(EncoderFamily.Bert))]
    public void The_exported_configuration_describes_the_encoder_again(string family)
    {
        ServedModel model = Model(TextTask.Multiclass, "nothing", Enum.Parse<EncoderFamily>(family));
        Classifiers.Transformer(model).ExportOnnx(Target);

        Assert.AreEqual(model.Tuned.Encoder.Config, AdaMix.Checkpoints.HuggingFaceFolder.ReadConfig(Target));
    }

    [TestMethod]
    [DataRow(nameof(EncoderFamily.Roberta))]
    [DataRow(nameof(EncoderFamily.Bert))]
    public void A_tokenizer_json_is_written_that_tokenizes_alike_and_the_models_length_is_the_tokenizers(string family)
    {
        ServedModel model = Model(TextTask.Multiclass, "prompt", Enum.Parse<EncoderFamily>(family));
        Classifiers.Transformer(model).ExportOnnx(Target);
        TokenizerFiles files = new("exported",
            ((string[])["tokenizer.json", "tokenizer_config.json"]).ToDictionary(
                name => name, name => File.ReadAllBytes(Path.Combine(Target, name)), StringComparer.Ordinal));

        ITextTokenizer tokenizer = TextTokenizer.Create(files, model.Tuned.Encoder.Config.Family, specialTokensInText: false);

        Assert.AreEqual(model.Tuned.Input.MaxLength, tokenizer.MaxLength);
        foreach (string text in (string[])["a small furry mammal", "mammals!", "É 漢 <s> [SEP]", ""])
        {
            CollectionAssert.AreEqual(Encode(model, text).Ids, tokenizer.Encode(text, null, model.Tuned.Input.MaxLength).Ids, text);
        }
    }

    [TestMethod]
    public void An_encoders_older_tokenizer_files_are_kept_as_they_are()
    {
        ServedModel model = Model(TextTask.Multiclass, "nothing", EncoderFamily.Roberta);

        Classifiers.Transformer(model).ExportOnnx(Target);

        foreach ((string name, byte[] content) in model.Tuned.Encoder.Tokenizer.Contents.Where(
            file => !file.Key.EndsWith("_config.json", StringComparison.Ordinal)))
        {
            CollectionAssert.AreEqual(content, File.ReadAllBytes(Path.Combine(Target, name)), name);
        }
    }

    [TestMethod]
    [DataRow(nameof(EncoderFamily.Roberta))]
    [DataRow(nameof(EncoderFamily.Bert))]
    public void A_model_that_serves_in_int8_is_exported_in_int8_too(string family)
    {
        ServedModel model = Model(TextTask.Multiclass, "adapters", Enum.Parse<EncoderFamily>(family));
        string[] texts = ["a small furry mammal", "dish"];
        AdaMixTransformer served = Classifiers.Transformer(model).WithServingPrecision(ServingPrecision.Int8);
        float[][] expected = [.. served.Transform(
            new MLContext().Data.LoadFromEnumerable(texts.Select(text => new TextRow { Text = text }))).GetColumn<float[]>("Logits")];

        served.ExportOnnx(Target);

        TokenIds[] rows = [.. texts.Select(text => Encode(model, text))];
        Classifiers.AreClose(expected, Run(Path.Combine(Target, "onnx", "model_quantized.onnx"), rows), 1e-4f);
        Assert.IsTrue(File.Exists(Path.Combine(Target, "onnx", "model.onnx")));
        Classifiers.Transformer(model).ExportOnnx(Target, overwrite: true);
        Assert.IsFalse(File.Exists(Path.Combine(Target, "onnx", "model_quantized.onnx")));
    }

    public void Dispose() => _folder.Dispose();

    private JsonElement Config(ServedModel model)
    {
        Classifiers.Transformer(model).ExportOnnx(Target, overwrite: true);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Target, "config.json")));
        return json.RootElement.Clone();
    }

    private static ServedModel Model(TextTask task, string kind, EncoderFamily family)
    {
        LabelKeys labels = task switch
        {
            TextTask.Binary => LabelKeys.Numbered(2),
            TextTask.Regression => LabelKeys.Numbered(1),
            _ => LabelKeys.Restore(3, "text", Classifiers.Names),
        };
        LoadedEncoder encoder = Classifiers.Model().Tuned.Encoder;
        if (family == EncoderFamily.Bert)
        {
            TokenizerFiles files = TinyTokenizers.Bert("{}", Words);
            encoder = TestModels.Encoder(TestModels.Config(family) with {
                VocabularySize = TinyTokenizers.BertSpecials.Length + Words.Length }) with { Tokenizer = files };
        }

        TunedModel merged = TestModels.Model(encoder, outputs: labels.Count).With(TestEdits.Kinds[kind](encoder.Config));
        return new ServedModel(
            merged with { Input = merged.Input with { SpecialTokensInText = false } }, task, labels, Classifiers.AllColumns);
    }

    private static TokenIds Encode(ServedModel model, string text) => TextTokenizer
        .Create(model.Tuned.Encoder.Tokenizer, model.Tuned.Encoder.Config.Family, specialTokensInText: false)
        .Encode(text, null, model.Tuned.Input.MaxLength);

    // One padded batch, as anyone's code would make it.
    private static float[][] Run(string path, TokenIds[] rows)
    {
        using InferenceSession session = new(path);
        int width = rows.Max(row => row.Length);
        long pad = session.InputMetadata.ContainsKey("token_type_ids") ? 0 : 1;
        long[] ids = [.. rows.SelectMany(row => row.Ids.Select(id => (long)id).Concat(Enumerable.Repeat(pad, width - row.Length)))];
        long[] mask = [.. rows.SelectMany(row => Enumerable.Repeat(1L, row.Length).Concat(Enumerable.Repeat(0L, width - row.Length)))];
        Dictionary<string, OrtValue> inputs = new()
        {
            ["input_ids"] = OrtValue.CreateTensorValueFromMemory(ids, [rows.Length, width]),
            ["attention_mask"] = OrtValue.CreateTensorValueFromMemory(mask, [rows.Length, width]),
        };
        if (pad == 0)
        {
            inputs["token_type_ids"] = OrtValue.CreateTensorValueFromMemory(new long[ids.Length], [rows.Length, width]);
        }

        using RunOptions options = new();
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(options, inputs, ["logits"]);
        float[] logits = outputs[0].GetTensorDataAsSpan<float>().ToArray();
        foreach (OrtValue input in inputs.Values)
        {
            input.Dispose();
        }

        return [.. logits.Chunk(logits.Length / rows.Length)];
    }
}
