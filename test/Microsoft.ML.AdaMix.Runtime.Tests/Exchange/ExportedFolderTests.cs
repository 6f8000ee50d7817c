using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Edits;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Runtime.Tests.Exchange;
using Microsoft.ML.AdaMix.Runtime.Tests.ModelFiles;
using Microsoft.ML.AdaMix.Scoring;
using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Exchange;

/// <summary>Models of this library as folders of others, and back.</summary>
[TestClass]
public sealed class ExportedFolderTests : IDisposable
{
    private static readonly string[] InPeft = ["low rank", "scales", "input scales", "both scales", "prefixes", "prompt"];
    private static readonly string[] InAdapters = ["one adapter", "two adapters", "narrow adapters", "lora", "ia3", "placeless prefixes"];

    private readonly TemporaryFolder _folder = new();

    public static IEnumerable<object[]> Cases =>
        from family in (EncoderFamily[])[EncoderFamily.Roberta, EncoderFamily.Bert]
        from kind in InPeft.Select(kind => (Kind: kind, Format: AdapterFormat.Peft))
            .Concat(InAdapters.Select(kind => (Kind: kind, Format: AdapterFormat.AdapterHub)))
        select (object[])[family.ToString(), kind.Kind, kind.Format];

    private string Target => _folder.At("export");

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void A_model_comes_back_bit_for_bit(string family, string kind, AdapterFormat format)
    {
        (ServedModel model, PretrainedEncoder encoder) = Model(Enum.Parse<EncoderFamily>(family), Edits(kind));

        Classifiers.Transformer(model).ExportAdapter(Target, format);

        using AdaMixTransformer found = new MLContext().Model.ImportAdapter(Target, encoder);
        FolderAssert.AreEqual(model, found.Model);
        Assert.AreEqual(model.Columns, found.Model.Columns);
        Assert.AreEqual(model.Tuned.Input, found.Model.Tuned.Input);
    }

    [TestMethod]
    [DataRow(nameof(TextTask.Binary))]
    [DataRow(nameof(TextTask.Regression))]
    [DataRow(nameof(TextTask.MultiLabel))]
    public void Every_task_comes_back_with_its_columns_and_thresholds(string name)
    {
        TextTask task = Enum.Parse<TextTask>(name);
        int outputs = task switch { TextTask.Binary => 2, TextTask.Regression => 1, _ => 3 };
        (ServedModel model, PretrainedEncoder encoder) = Model(EncoderFamily.Roberta, Edits("low rank"), outputs);
        model = model with
        {
            Task = task,
            Labels = task == TextTask.MultiLabel ? model.Labels : LabelKeys.Numbered(outputs),
            Thresholds = task == TextTask.MultiLabel ? [0.25f, 0.5f, 0.75f] : null,
            Columns = model.Columns with { Text = "Body", Score = "Points" },
        };

        Classifiers.Transformer(model).ExportAdapter(Target, AdapterFormat.Peft);

        using AdaMixTransformer found = new MLContext().Model.ImportAdapter(Target, encoder);
        FolderAssert.AreEqual(model, found.Model);
        Assert.AreEqual(model.Columns, found.Model.Columns);
    }

    [TestMethod]
    public void Without_the_file_of_this_library_the_folder_is_what_the_other_one_reads()
    {
        (ServedModel model, PretrainedEncoder encoder) = Model(EncoderFamily.Roberta, Edits("two adapters"));
        Classifiers.Transformer(model).ExportAdapter(Target, AdapterFormat.AdapterHub);

        File.Delete(Path.Combine(Target, AdapterFolder.ManifestFile));

        using AdaMixTransformer found = new MLContext().Model.ImportAdapter(Target, encoder);
        FolderAssert.AreEqual(model, found.Model);
        CollectionAssert.AreEqual(Classifiers.Names, found.Model.Labels.Names);
    }

    [TestMethod]
    [DataRow("adapters", AdapterFormat.Peft, "adapters has bottleneck adapters")]
    [DataRow("adapters", AdapterFormat.AdapterHub, "differ in what they read")]
    [DataRow("low rank", AdapterFormat.AdapterHub, "attention.output.dense")]
    [DataRow("prompt", AdapterFormat.AdapterHub, "peft has prefixes and prompts")]
    [DataRow("prefixes", AdapterFormat.AdapterHub, "peft has prefixes and prompts")]
    [DataRow("prefix in one layer", AdapterFormat.Peft, "1 of 2 layers")]
    [DataRow("biases", AdapterFormat.Peft, "bitfit or full")]
    [DataRow("all kinds", AdapterFormat.Peft, "adapter and lora")]
    [DataRow("nothing", AdapterFormat.AdapterHub, "has no adapter")]
    public void A_model_that_the_other_library_has_no_form_for_is_refused_and_nothing_is_written(
        string kind, AdapterFormat format, string part)
    {
        (ServedModel model, _) = Model(EncoderFamily.Roberta, TestEdits.Kinds[kind]);

        Assert.Contains(part, Assert.ThrowsExactly<NotSupportedException>(
            () => Classifiers.Transformer(model).ExportAdapter(Target, format)).Message);
        Assert.IsFalse(Directory.Exists(Target));
    }

    [TestMethod]
    public void Another_encoder_than_the_one_that_was_tuned_is_refused_by_its_hash()
    {
        (ServedModel model, _) = Model(EncoderFamily.Roberta, Edits("low rank"));
        Classifiers.Transformer(model).ExportAdapter(Target, AdapterFormat.Peft);
        using TemporaryFolder other = new();
        PretrainedEncoder encoder = EncoderFolders.Write(other, TestModels.Encoder(model.Tuned.Encoder.Config, seed: 9));

        Assert.Contains("other weights", Assert.ThrowsExactly<InvalidDataException>(
            () => new MLContext().Model.ImportAdapter(Target, encoder)).Message);
    }

    [TestMethod]
    public void An_export_is_replaced_only_when_asked_and_never_with_files_of_others()
    {
        (ServedModel model, _) = Model(EncoderFamily.Roberta, Edits("low rank"));
        AdaMixTransformer transformer = Classifiers.Transformer(model);
        transformer.ExportAdapter(Target, AdapterFormat.Peft);

        Assert.ThrowsExactly<IOException>(() => transformer.ExportAdapter(Target, AdapterFormat.Peft));
        transformer.ExportAdapter(Target, AdapterFormat.Peft, overwrite: true);
        File.WriteAllText(Path.Combine(Target, "README.md"), "mine");
        Assert.ThrowsExactly<IOException>(() => transformer.ExportAdapter(Target, AdapterFormat.Peft, overwrite: true));
        using CancellationTokenSource cancelled = new();
        cancelled.Cancel();
        Assert.ThrowsExactly<OperationCanceledException>(
            () => transformer.ExportAdapter(_folder.At("never"), AdapterFormat.Peft, false, cancelled.Token));
        Assert.IsFalse(Directory.Exists(_folder.At("never")));
    }

    [TestMethod]
    [DataRow(16)]
    [DataRow(17)]
    [DataRow(384)]
    [DataRow(768)]
    [DataRow(1023)]
    public void Python_divides_by_the_factor_that_is_written_to_the_bottleneck(int hidden)
    {
        for (int bottleneck = 1; bottleneck <= hidden; bottleneck++)
        {
            JsonNode written = AdapterHub.Reduction.Write(new Dictionary<int, int> { [0] = bottleneck }, hidden);
            double factor = double.Parse(written.ToJsonString(), CultureInfo.InvariantCulture);
            Assert.AreEqual(bottleneck, AdapterHub.Reduction.Bottleneck(hidden, factor));
        }
    }

    [TestMethod]
    public void Prefixes_that_take_no_positions_are_those_that_do_where_all_positions_are_alike()
    {
        LoadedEncoder encoder = TestModels.Encoder(EncoderFamily.Roberta);
        HostTensor positions = encoder[EncoderTensors.Positions];
        Dictionary<string, HostTensor> weights = new(encoder.Weights, StringComparer.Ordinal)
        {
            [EncoderTensors.Positions] = positions.WithRows((_, values) => values.Fill(0.1f)),
        };
        TokenIds[] rows = TestModels.Rows(encoder.Config, 5, 9);
        float[] Score(LoadedEncoder one, EncoderEdits edits) => TestModels.Score(TestModels.Model(one).With(edits), rows);
        EncoderEdits taking = TestEdits.Prefixes(encoder.Config);
        EncoderEdits placeless = Edits("placeless prefixes")(encoder.Config);

        TestModels.AreClose(Score(encoder with { Weights = weights }, taking), Score(encoder with { Weights = weights }, placeless), 0);
        CollectionAssert.AreNotEqual(Score(encoder, taking), Score(encoder, placeless));
    }

    [TestMethod]
    public void Input_factors_multiply_what_a_module_reads()
    {
        LoadedEncoder encoder = TestModels.Encoder(EncoderFamily.Bert);
        const string Module = "encoder.layer.1.output.dense";
        HostTensor factors = TestModels.Random(new Random(4), encoder.Config.IntermediateSize);

        HostTensor folded = new FoldedWeights(encoder, [new InputScaleEdit(Module, factors)])[$"{Module}.weight"];

        HostTensor weight = encoder[$"{Module}.weight"];
        int width = weight.Shape[1];
        for (int place = 0; place < weight.Count; place++)
        {
            Assert.AreEqual(weight.Values.Span[place] * factors.Values.Span[place % width], folded.Values.Span[place]);
        }
    }

    [TestMethod]
    [DataRow("tanh")]
    [DataRow("ReLU")]
    public void A_network_that_gives_prefixes_is_computed(string activation)
    {
        (ServedModel model, PretrainedEncoder encoder) = Model(EncoderFamily.Roberta, Edits("placeless prefixes"));
        Classifiers.Transformer(model).ExportAdapter(Target, AdapterFormat.AdapterHub);
        File.Delete(Path.Combine(Target, AdapterFolder.ManifestFile));
        int width = 2 * 2 * model.Tuned.Encoder.Config.HiddenSize;
        const string Start = "roberta.prefix_tunings.adamix.self_prefix.";
        Random random = new(3);
        HostTensor tokens = TestModels.Random(random, TestEdits.PrefixLength, 16);
        HostTensor first = TestModels.Random(random, 5, 16);
        HostTensor firstBias = TestModels.Random(random, 5);
        HostTensor second = TestModels.Random(random, width, 5);
        HostTensor bias = TestModels.Random(random, width);
        GoldenFolders.Write(_folder, "export/adapter.safetensors",
        [
            KeyValuePair.Create(Start + "wte.weight", tokens),
            KeyValuePair.Create(Start + "control_trans.0.weight", first),
            KeyValuePair.Create(Start + "control_trans.0.bias", firstBias),
            KeyValuePair.Create(Start + "control_trans.2.weight", second),
            KeyValuePair.Create(Start + "control_trans.2.bias", bias),
        ]);
        FolderAssert.Change(Target, config => config["config"]!["flat"] = false);
        FolderAssert.Change(Target, config => config["config"]!["bottleneck_size"] = 5);
        FolderAssert.Change(Target, config => config["config"]!["non_linearity"] = activation);

        using AdaMixTransformer found = new MLContext().Model.ImportAdapter(Target, encoder);

        double Row(HostTensor matrix, HostTensor added, int row, Func<int, double> input) => added.Values.Span[row]
            + Enumerable.Range(0, matrix.Shape[1]).Sum(
                column => matrix.Values.Span[(row * matrix.Shape[1]) + column] * input(column));
        double Between(int token, int row)
        {
            double sum = Row(first, firstBias, row, column => tokens.Values.Span[(token * 16) + column]);
            return activation == "tanh" ? Math.Tanh(sum) : Math.Max(0, sum);
        }

        for (int layer = 0; layer < 2; layer++)
        {
            PlacelessPrefixEdit prefix = (PlacelessPrefixEdit)found.Model.Tuned.Edits[layer];
            for (int place = 0; place < prefix.Values.Count; place++)
            {
                (int token, int column) = (place / 16, ((2 * layer) + 1) * 16 + (place % 16));
                Assert.AreEqual(Row(second, bias, column, row => Between(token, row)), prefix.Values.Values.Span[place], 1e-5);
                Assert.AreEqual(Row(second, bias, column - 16, row => Between(token, row)), prefix.Keys.Values.Span[place], 1e-5);
            }
        }
    }

    public void Dispose() => _folder.Dispose();

    private (ServedModel Model, PretrainedEncoder Encoder) Model(
        EncoderFamily family, Func<EncoderConfig, EncoderEdits> edits, int outputs = 3)
    {
        Directory.CreateDirectory(_folder.At("encoder"));
        LoadedEncoder encoder = TestModels.Encoder(family);
        PretrainedEncoder given = EncoderFolders.Write(_folder, encoder);
        LoadedEncoder loaded = given.Load();
        TunedModel tuned = TestModels.Model(loaded, outputs: outputs).With(edits(loaded.Config));
        tuned = tuned with { Input = tuned.Input with { MaxLength = 20, SpecialTokensInText = false } };
        LabelKeys labels = outputs == 3 ? LabelKeys.Restore(3, "text", Classifiers.Names) : LabelKeys.Numbered(outputs);
        return (new ServedModel(tuned, TextTask.Multiclass, labels, Classifiers.Columns), given);
    }

    private static Func<EncoderConfig, EncoderEdits> Edits(string kind) => kind switch
    {
        "both scales" => config =>
        [
            .. TestEdits.Scales(config).Where((_, index) => index % 2 == 0),
            .. TestEdits.InputScales(config).Where((_, index) => index % 2 == 1),
        ],
        "one adapter" => config => Adapters(config, AdapterInput.Normalized, 8, attention: false),
        "two adapters" => config => Adapters(config, AdapterInput.Output, 4, attention: true),
        "narrow adapters" => config =>
        [
            .. Adapters(config, AdapterInput.Residual, 3, attention: false).Take(1),
            .. Adapters(config, AdapterInput.Residual, 5, attention: false).Skip(1),
        ],
        "lora" => config => [.. TestEdits.LowRank(config).Cast<LowRankEdit>()
            .Where(edit => !edit.Module.EndsWith(".attention.output.dense", StringComparison.Ordinal))
            .Select(edit => edit with
            {
                Down = TestModels.Random(new Random(1), 3, edit.Down.Shape[1]),
                Up = TestModels.Random(new Random(2), edit.Up.Shape[0], 3),
                Scale = 0.7f,
            })],
        "ia3" => config => [.. TestEdits.Scales(config).Cast<ScaleEdit>().Where(
            edit => edit.Module.EndsWith(".key", StringComparison.Ordinal) && edit.Module.Contains("layer.1", StringComparison.Ordinal))],
        _ => TestEdits.Kinds[kind],
    };

    private static EncoderEdits Adapters(EncoderConfig config, AdapterInput input, int bottleneck, bool attention)
    {
        Random random = new(5);
        int hidden = config.HiddenSize;
        return
        [
            .. EncoderTensors.Sublayers(config).Where(module => attention || !module.Contains("attention", StringComparison.Ordinal))
                .Select(module => new AdapterEdit(
                    module, input, TestModels.Random(random, bottleneck, hidden), TestModels.Random(random, bottleneck),
                    TestModels.Random(random, hidden, bottleneck), TestModels.Random(random, hidden), Activation.GeluTanh, 0.3f)),
        ];
    }
}
