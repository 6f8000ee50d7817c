using System.Text.Json;
using Microsoft.ML.AdaMix.Extension.GatedShift;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tokenization;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Microsoft.ML.AdaMix.Extension;

/// <summary>The method from its training to everything that can be done with a trained model.</summary>
[TestClass]
public sealed class TrainedModelTests
{
    private static readonly MLContext Ml = new(seed: 1);
    private static string _folder = string.Empty;
    private static IDataView _data = null!;
    private static TrainedMixture _mixture = null!;
    private static AdaMixTransformer _merged = null!;
    private static float[][] _scores = [];

    [ClassInitialize]
    public static void Train(TestContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        _folder = Directory.CreateTempSubdirectory("adamix-extension").FullName;
        IDataView rows = Ml.Data.LoadFromEnumerable(Topics(16, "animal", "food"));
        _data = Ml.Transforms.Conversion.MapValueToKey("Label").Fit(rows).Transform(rows);
        AdaMixOptions options = new()
        {
            Epochs = 4,
            MaxLength = 32,
            Seed = 3,
            Method = new GatedShiftTuning { Deviation = 0.05 },
            Mixture = new MixtureOptions { Experts = 3 },
        };
        _mixture = Ml.MulticlassClassification.Trainers.AdaMix(options).FitMixture(_data);
        _merged = _mixture.Merge();
        _scores = Scores(_merged);
    }

    [ClassCleanup]
    public static void Delete()
    {
        _mixture.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [TestMethod]
    public void Three_experts_learn_and_their_mean_predicts() =>
        Assert.IsGreaterThan(0.7, Ml.MulticlassClassification.Evaluate(_merged.Transform(_data)).MicroAccuracy);

    [TestMethod]
    public void An_expert_computes_the_same_in_libtorch_and_in_ONNX_Runtime()
    {
        float[][] torch = Scores(_mixture.RandomRoutes(ExpertRouting.AllLayers, seed: 7));
        float[][][] experts = [.. Enumerable.Range(0, 3).Select(expert => Scores(_mixture.Expert(expert)))];

        Assert.IsLessThan(1e-4f, experts.Min(expert => Difference(torch, expert)));
        Assert.IsGreaterThan(1e-4f, Difference(experts[0], experts[1]), "experts differ");
    }

    [TestMethod]
    public void A_saved_model_predicts_as_before()
    {
        string path = Path.Combine(_folder, "model.zip");
        Ml.Model.Save(_merged, _data.Schema, path);

        Assert.AreEqual(0, Difference(_scores, Scores(new MLContext().Model.Load(path, out _))));
    }

    [TestMethod]
    [DataRow(DeltaPrecision.Exact, 0)]
    [DataRow(DeltaPrecision.Compact, 1e-3)]
    public void A_delta_file_predicts_as_before(DeltaPrecision precision, double tolerance)
    {
        string path = Path.Combine(_folder, $"{precision}.zip");
        Ml.Model.SaveDelta(_merged, _data.Schema, path, precision);

        ITransformer loaded = new MLContext().Model.LoadDelta(path, PretrainedEncoder.RobertaMini, out _);

        Assert.IsLessThanOrEqualTo(tolerance, Difference(_scores, Scores(loaded)));
    }

    [TestMethod]
    public void A_mixture_file_keeps_options_and_experts()
    {
        string path = Path.Combine(_folder, "mixture.safetensors");
        _mixture.Save(path);

        using TrainedMixture loaded = TrainedMixture.Load(Ml, path, PretrainedEncoder.RobertaMini);

        Assert.AreEqual(0.05, ((GatedShiftTuning)loaded.Method).Deviation);
        Assert.AreEqual(0, Difference(_scores, Scores(loaded.Merge())));
        Assert.AreEqual(0, Difference(Scores(_mixture.Expert(2)), Scores(loaded.Expert(2))));
    }

    [TestMethod]
    public void In_int8_it_predicts_the_same_classes()
    {
        float[][] int8 = Scores(_merged.WithServingPrecision(ServingPrecision.Int8));

        Assert.IsLessThan(0.05f, Difference(_scores, int8));
        Assert.IsGreaterThan(0f, Difference(_scores, int8), "it is int8");
    }

    [TestMethod]
    public void An_exported_model_gives_the_same_in_ONNX_Runtime_alone()
    {
        string folder = Path.Combine(_folder, "onnx");
        _merged.ExportOnnx(folder);
        LoadedEncoder encoder = PretrainedEncoder.RobertaMini.Load();
        ITextTokenizer tokenizer = TextTokenizer.Create(encoder.Tokenizer, encoder.Config.Family, specialTokensInText: false);
        using InferenceSession session = new(Path.Combine(folder, "onnx", "model.onnx"));

        float[] Read(string text) => Softmax(Logits(session, tokenizer.Encode(text, null, 32)));
        float[][] exported = [.. _data.GetColumn<string>("Text").Select(Read)];

        Assert.IsLessThan(1e-5f, Difference(_scores, exported));
    }

    [TestMethod]
    public void JSON_keeps_the_method_by_its_name_with_its_options()
    {
        AdaMixOptions options = new() { Method = new GatedShiftTuning { Deviation = 0.5, Layers = 1..^1 } };
        string json = JsonSerializer.Serialize(options);

        Assert.Contains("""{"name":"gated-shift","deviation":0.5,"layers":"1..^1"}""", json);
        Assert.AreEqual(options.Method, JsonSerializer.Deserialize<AdaMixOptions>(json)!.Method);
    }

    [TestMethod]
    public void JSON_keeps_the_method_written_as_its_own_type()
    {
        GatedShiftTuning method = new() { Deviation = 0.5, Layers = 1..^1 };

        Assert.AreEqual(method, JsonSerializer.Deserialize<GatedShiftTuning>(JsonSerializer.Serialize(method)));
        Assert.AreEqual<TuningMethod>(method, JsonSerializer.Deserialize<TuningMethod>(JsonSerializer.Serialize(method)));
    }

    [TestMethod]
    public void JSON_that_names_an_option_that_the_method_has_not_is_refused()
    {
        const string Json = """{"method":{"name":"gated-shift","bottleneck":4}}""";

        Assert.Contains("bottleneck", Assert.ThrowsExactly<JsonException>(() => JsonSerializer.Deserialize<AdaMixOptions>(Json)).Message);
    }

    [TestMethod]
    public void An_option_out_of_its_range_is_refused() => Assert.Contains(
        "Method.Deviation is 2; expected 0 to 1",
        Assert.ThrowsExactly<ArgumentException>(() => Ml.MulticlassClassification.Trainers.AdaMix(
            new AdaMixOptions { Method = new GatedShiftTuning { Deviation = 2 } })).Message);

    private static float[] Logits(InferenceSession session, TokenIds tokens)
    {
        NamedOnnxValue Input(string name, IEnumerable<long> values) =>
            NamedOnnxValue.CreateFromTensor(name, new DenseTensor<long>(values.ToArray(), [1, tokens.Length]));
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> outputs = session.Run(
        [
            Input("input_ids", tokens.Ids.ToArray().Select(id => (long)id)),
            Input("attention_mask", Enumerable.Repeat(1L, tokens.Length)),
        ]);
        return [.. outputs.First(output => output.Name == "logits").AsEnumerable<float>()];
    }

    private static float[] Softmax(float[] logits)
    {
        float[] powers = Array.ConvertAll(logits, MathF.Exp);
        return Array.ConvertAll(powers, power => power / powers.Sum());
    }

    private static float[][] Scores(ITransformer model) => [.. model.Transform(_data).GetColumn<float[]>("Score")];

    private static float Difference(float[][] expected, float[][] found) =>
        expected.Zip(found, (row, other) => row.Zip(other, (x, y) => MathF.Abs(x - y)).Max()).Max();

    private static Row[] Topics(int count, params string[] classes) =>
    [
        .. File.ReadLines(Path.Combine(Reference.Repository, "samples", "Quickstart", "data", "train.tsv"))
            .Select(line => line.Split('\t'))
            .Where(fields => classes.Contains(fields[0], StringComparer.Ordinal))
            .Take(count)
            .Select(fields => new Row { Label = fields[0], Text = fields[1] }),
    ];

    private sealed class Row
    {
        public string Label { get; set; } = string.Empty;

        public string Text { get; set; } = string.Empty;
    }
}
