using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Inference;
using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Tests.Trainers;
using Microsoft.ML.AdaMix.Tokenization;
using Microsoft.ML.AdaMix.Training;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Tests.Inference;

/// <summary>One trained mixture, predicted with in every way.</summary>
[TestClass]
public sealed class TrainedMixtureTests
{
    private static readonly MLContext Ml = new(seed: 1);
    private static IDataView _test = null!;
    private static TrainedMixture _mixture = null!;
    private static AdaMixTransformer _fitted = null!;

    [ClassInitialize]
    public static void Train(TestContext context)
    {
        IDataView Keyed(string file, int count) =>
            Ml.Transforms.Conversion.MapValueToKey("Label", keyOrdinality: Transforms.ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
            .Fit(Rows4("train.tsv", 64)).Transform(Rows4(file, count));
        AdaMixOptions options = Rows.Quick() with
        {
            Epochs = 3,
            Mixture = new MixtureOptions { Experts = 3, Sharing = ExpertSharing.None },
        };
        _test = Keyed("test.tsv", 32);
        _mixture = Ml.MulticlassClassification.Trainers.AdaMix(options).FitMixture(Keyed("train.tsv", 64));
        _fitted = Ml.MulticlassClassification.Trainers.AdaMix(options).Fit(Keyed("train.tsv", 64));
    }

    [ClassCleanup]
    public static void Free() => _mixture.Dispose();

    [TestMethod]
    public void Merging_a_kept_mixture_gives_what_Fit_gives() => AssertSame(_fitted, _mixture.Merge(), 0);

    [TestMethod]
    public void All_weight_on_one_expert_is_that_expert() => AssertSame(_mixture.Expert(1), _mixture.Merge([0, 2.5, 0]), 0);

    [TestMethod]
    [DataRow(1e300)]
    [DataRow(double.MaxValue)]
    [DataRow(1e-50)]
    [DataRow(double.Epsilon)]
    public void Weights_of_any_size_merge_by_their_proportions(double size)
    {
        AssertSame(_mixture.Merge([1, 1, 1]), _mixture.Merge([size, size, size]), 0);
        AssertSame(_mixture.Merge([1, 0, 1]), _mixture.Merge([size, 0, size]), 0);
        Assert.IsTrue(Logits(_mixture.Merge([size, 0, size])).All(row => row.All(float.IsFinite)));
    }

    [TestMethod]
    public void A_weight_whose_share_float32_cannot_hold_leaves_its_expert_out() =>
        AssertSame(_mixture.Expert(0), _mixture.Merge([1, 0, 1e-300]), 0);

    [TestMethod]
    public void Experts_routes_and_the_merged_model_differ_from_each_other()
    {
        AssertDiffer(_mixture.Expert(0), _mixture.Expert(1));
        AssertDiffer(_mixture.Route(1), _mixture.Route(2));
        AssertDiffer(_mixture.Merge(), _mixture.Expert(0));
        AssertSame(_mixture.Route(1), _mixture.Route(1), 0);
    }

    [TestMethod]
    public void An_ensemble_averages_the_logits_of_its_members()
    {
        TunedModel[] members = [_mixture.Expert(0).Model.Tuned, _mixture.Expert(2).Model.Tuned, _mixture.Route(1).Model.Tuned];
        TokenIds[] rows = [new([0, 9, 11, 2], 4), new([0, 5, 2], 3)];
        using EnsembleSession ensemble = new(members, SessionUse.Row);
        float[][] alone = [.. members.Select(member =>
        {
            using IModelSession session = ModelSessions.Open(member);
            return TestModels.Score(session, rows);
        })];
        float[] mean = [.. Enumerable.Range(0, alone[0].Length).Select(i => alone.Average(logits => logits[i]))];
        Golden.AssertClose(mean, TestModels.Score(ensemble, rows), 1e-5, "logits");
    }

    [TestMethod]
    public void An_ensemble_draws_as_many_routes_as_asked_for_and_many_come_near_the_merged_model()
    {
        AssertDiffer(_mixture.Ensemble(2, seed: 5), _mixture.Ensemble(1, seed: 5));
        double distance = Logits(_mixture.Ensemble(16, seed: 5)).Zip(
            Logits(_mixture.Merge()), (a, b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Max()).Max();
        Assert.IsLessThan(0.5, distance);
    }

    [TestMethod]
    public void A_session_that_draws_routes_scores_as_the_served_model_of_the_route_it_drew()
    {
        TunedModel served = _mixture.Expert(1).Model.Tuned;
        TokenIds[] rows = [new([0, 9, 11, 2], 4), new([0, 5, 2], 3)];
        using TunedClassifier model = new(new FrozenEncoder(served.Encoder, CPU), _mixture.Tuning,
            new ClassificationHead(served.Encoder, served.Head, CPU), _mixture.Mixture);
        using RoutedSession routed = new(
            model, new Router(served.Encoder.Config.Layers, 3, ExpertSharing.None, ExpertRouting.Fixed, 1, new RandomSource(1)));
        using IModelSession session = ModelSessions.Open(served);
        Golden.AssertClose(TestModels.Score(session, rows), TestModels.Score(routed, rows), 1e-4, "logits");
    }

    [TestMethod]
    [DataRow(ExpertRouting.Batch)]
    [DataRow(ExpertRouting.Example)]
    [DataRow(ExpertRouting.Token)]
    [DataRow(ExpertRouting.AllLayers)]
    public void Random_routes_start_anew_for_every_view_and_evaluate(ExpertRouting routing)
    {
        AdaMixTransformer model = _mixture.RandomRoutes(routing, seed: 3);
        AssertSame(model, model, 0);
        AssertDiffer(model, _mixture.RandomRoutes(routing, seed: 4));
        MulticlassClassificationMetrics metrics = Ml.MulticlassClassification.Evaluate(model.Transform(_test));
        Assert.IsTrue(double.IsFinite(metrics.LogLoss));
        NotSupportedException error = Assert.ThrowsExactly<NotSupportedException>(
            () => Ml.Model.Save(model, _test.Schema, new MemoryStream()));
        StringAssert.Contains(error.Message, "TrainedMixture", StringComparison.Ordinal);
    }

    [TestMethod]
    public void A_saved_mixture_gives_the_same_models_after_loading()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".safetensors");
        try
        {
            _mixture.Save(path);
            using TrainedMixture loaded = TrainedMixture.Load(new MLContext(), path, PretrainedEncoder.RobertaMini);
            Assert.AreEqual(3, loaded.Experts);
            Assert.AreEqual(ExpertSharing.None, loaded.Sharing);
            Assert.AreEqual(4, ((AdapterTuning)loaded.Method).Bottleneck);
            AssertSame(_mixture.Merge(), loaded.Merge(), 0);
            AssertSame(_mixture.Route(7), loaded.Route(7), 0);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestMethod]
    public void A_mixture_saved_to_a_stream_is_loaded_from_where_the_stream_stands()
    {
        using MemoryStream stream = new();
        stream.WriteByte(7);
        _mixture.Save(stream);
        stream.Position = 1;

        using TrainedMixture loaded = TrainedMixture.Load(new MLContext(), stream, PretrainedEncoder.RobertaMini);

        AssertSame(_mixture.Merge(), loaded.Merge(), 0);
        AssertSame(_mixture.Route(7), loaded.Route(7), 0);
    }

    [TestMethod]
    public void A_mixture_file_of_version_1_is_read_as_one_of_today()
    {
        using MemoryStream stream = new(FirstMixtureFile.Write(
            _mixture, "adapters", """{"Bottleneck":4,"Placement":"FeedForward","Activation":"Gelu","Scale":1,"Layers":"0..^0"}"""));

        using TrainedMixture loaded = TrainedMixture.Load(new MLContext(), stream, PretrainedEncoder.RobertaMini);

        Assert.AreEqual((_mixture.Experts, _mixture.Sharing, _mixture.Parameters), (loaded.Experts, loaded.Sharing, loaded.Parameters));
        Assert.AreEqual(_mixture.Plain.Columns, loaded.Plain.Columns);
        CollectionAssert.AreEqual(_mixture.Plain.Labels.Names, loaded.Plain.Labels.Names);
        AssertSame(_mixture.Merge(), loaded.Merge(), 0);
        AssertSame(_mixture.Route(7), loaded.Route(7), 0);
    }

    [TestMethod]
    public void A_mixture_file_of_version_2_has_no_record_of_its_training_and_is_read()
    {
        using MemoryStream stream = Changed(manifest =>
        {
            JsonObject json = JsonNode.Parse(manifest)!.AsObject();
            json.Remove("Training");
            json["Version"] = 2;
            return json.ToJsonString();
        });

        using TrainedMixture loaded = TrainedMixture.Load(new MLContext(), stream, PretrainedEncoder.RobertaMini);

        Assert.IsNull(loaded.Training);
        AssertSame(_mixture.Merge(), loaded.Merge(), 0);
    }

    [TestMethod]
    [DataRow("adapters", """{"Bottleneck":8,"Placement":"Houlsby","Activation":"Silu","Scale":1,"Layers":"2..^1"}""", "houlsby")]
    [DataRow("adapters", """{"Bottleneck":8,"Placement":"Pfeiffer","Activation":"Relu","Scale":2,"Layers":"0..^0"}""", "pfeiffer")]
    [DataRow("adapters", """{"Bottleneck":8,"Placement":"Parallel","Activation":"Relu","Scale":4,"Layers":"0..^0"}""", "parallel")]
    [DataRow("lora", """{"Rank":2,"Alpha":16,"RankStabilized":true,"Dropout":0.1,"Matrices":"Query, Value","Layers":"0..^0"}""", "lora")]
    [DataRow("ia3", """{"Matrices":"Key, Value, Intermediate","Layers":"0..^0"}""", "ia3")]
    [DataRow("prefix", """{"Tokens":5,"Reparameterization":"Mlp","ReparameterizationSize":null,"Layers":"0..^0"}""", "prefix")]
    [DataRow("prompt", """{"Tokens":5,"Reparameterization":"None","ReparameterizationSize":12}""", "prompt")]
    [DataRow("bitfit", "{}", "bitfit")]
    [DataRow("head", "{}", "head")]
    [DataRow("full", "{}", "full")]
    public void Methods_of_mixture_files_of_version_1_are_read_with_their_options(string name, string options, string expected)
    {
        TuningMethod method = FirstMixtureManifest.ReadMethod(name, options, "The method");

        Assert.AreEqual(expected, method.Name);
        JsonObject now = JsonNode.Parse(JsonSerializer.Serialize(method))!.AsObject();
        foreach ((string option, JsonNode? value) in JsonNode.Parse(options)!.AsObject().Where(
            option => option.Key != "Placement" && option.Value is not null))
        {
            JsonNode? found = now.First(member => string.Equals(member.Key, option, StringComparison.OrdinalIgnoreCase)).Value;
            Assert.AreEqual(value!.ToString().Replace(" ", "", StringComparison.Ordinal), found!.ToString(), ignoreCase: true, option);
        }
    }

    [TestMethod]
    public void A_method_of_a_mixture_file_of_version_1_that_is_not_known_is_refused() => Assert.Contains(
        "The method of the file", Assert.ThrowsExactly<InvalidDataException>(
            () => FirstMixtureManifest.ReadMethod("sloth", "{}", "The method of the file")).Message);

    [TestMethod]
    [DataRow("\"Version\":6", "\"Version\":7", "has the version 7")]
    [DataRow("\"Version\":6", "\"Version\":1", "is not valid")]
    [DataRow("\"Version\":6", "\"Sloth\":22", "is not valid")]
    [DataRow("\"Serving\":", "\"Starving\":", "'Starving'")]
    [DataRow("\"experts\":3", "\"experts\":2", "that its manifest does not describe")]
    [DataRow("\"experts\":3", "\"experts\":4", "has no tensor")]
    [DataRow("\"experts\":3", "\"experts\":-3", "1 to 16")]
    [DataRow("\"bottleneck\":4", "\"bottleneck\":8", "has the shape")]
    [DataRow("\"Classes\":4", "\"Classes\":3", "head has 4 outputs, but its manifest names 3")]
    [DataRow("\"Thresholds\":null", "\"Thresholds\":[1]", "has 1 threshold in Thresholds for 4 labels")]
    [DataRow("\"Task\":\"Multiclass\"", "\"Task\":\"Nothing\"", "is not valid")]
    [DataRow("\"Thresholds\":null", "\"Thresholds\":[1,0,0.5,1.5]", "the threshold 1.5")]
    [DataRow("\"experts\":3", "\"experts\":2147483648", "experts")]
    [DataRow("\"sharing\":\"none\"", "\"sharing\":\"all\"", "sharing")]
    [DataRow("\"fixedExpert\":0", "\"fixedExpert\":3", "FixedExpert")]
    [DataRow("\"consistencyWeight\":12", "\"consistencyWeight\":-1", "ConsistencyWeight")]
    [DataRow("\"consistencyWeight\":12", "\"consistencyWeight\":1e999", "ConsistencyWeight is Infinity")]
    [DataRow("\"bottleneck\":4", "\"bottleneck\":0", "Bottleneck")]
    [DataRow("\"bottleneck\":4", "\"bottleneck\":4096", "has the shape")]
    [DataRow("\"bottleneck\":4", "\"bottleneck\":-4", "Bottleneck")]
    [DataRow("\"layers\":\"0..^0\"", "\"layers\":\"0..99\"", "Method.Layers")]
    [DataRow("\"layers\":\"0..^0\"", "\"layers\":\"3..3\"", "Layers")]
    [DataRow("\"name\":\"adapter\"", "\"name\":\"sloth\"", "sloth")]
    [DataRow("\"Edits\":{}", "\"Edits\":{\"Prompt\":true}", "Edits")]
    [DataRow("\"Parts\":{}", "\"Parts\":{\"AdaMix.tuned\":{\"Length\":1,\"Sha256\":\"\"}}", "Parts")]
    [DataRow("\"Parts\":{}", "\"Parts\":{},\"Compact\":[]", "Compact")]
    [DataRow("\"OtherEncoder\":{", "\"OtherEncoder\":null,\"Sloth\":{", "Sloth")]
    [DataRow("\"Heads\":12", "\"Heads\":0", "Encoder.Heads")]
    [DataRow("\"Heads\":12", "\"Heads\":7", "Heads = 7")]
    public void A_mixture_file_whose_manifest_is_changed_is_refused(string found, string changed, string reason)
    {
        using MemoryStream stream = Changed(manifest =>
        {
            Assert.Contains(found, manifest);
            return manifest.Replace(found, changed, StringComparison.Ordinal);
        });

        InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(
            () => TrainedMixture.Load(new MLContext(), stream, PretrainedEncoder.RobertaMini));

        Assert.Contains(reason, error.Message);
    }

    [TestMethod]
    public void Mixture_file_and_delta_file_call_an_encoder_by_one_hash()
    {
        string folder = Directory.CreateTempSubdirectory("adamix-identity").FullName;
        try
        {
            foreach (string file in Directory.GetFiles(
                Path.Combine(Reference.Repository, "src", "Microsoft.ML.AdaMix.RobertaMini", "content")))
            {
                File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
            }

            File.WriteAllText(Path.Combine(folder, "special_tokens_map.json"), "{}");
            PretrainedEncoder other = PretrainedEncoder.FromFolder(folder);
            using MemoryStream mixture = new();
            using MemoryStream delta = new();
            _mixture.Save(mixture);
            Ml.Model.SaveDelta(_mixture.Merge(), null, delta);
            mixture.Position = delta.Position = 0;

            string ofMixture =
                Assert.ThrowsExactly<InvalidDataException>(() => TrainedMixture.Load(new MLContext(), mixture, other)).Message;
            string ofDelta = Assert.ThrowsExactly<InvalidDataException>(() => Ml.Model.LoadDelta(delta, other, out _)).Message;

            foreach (string message in (string[])[ofMixture, ofDelta])
            {
                Assert.Contains($"SHA-256 {PretrainedEncoder.RobertaMini.ComputeSha256()}", message);
                Assert.Contains($"SHA-256 {other.ComputeSha256()}", message);
                Assert.Contains("special_tokens_map.json, which it has and should not", message);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestMethod]
    public void A_saved_mixture_refuses_another_encoder()
    {
        PretrainedEncoder other = PretrainedEncoder.FromFolder(Reference.Model("minilm-l6"));
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".safetensors");
        try
        {
            _mixture.Save(path);
            InvalidDataException error =
                Assert.ThrowsExactly<InvalidDataException>(() => TrainedMixture.Load(new MLContext(), path, other));
            StringAssert.Contains(error.Message, "SHA-256", StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestMethod]
    public void A_mixture_file_with_any_byte_altered_is_refused()
    {
        using MemoryStream saved = new();
        _mixture.Save(saved);
        byte[] bytes = saved.ToArray();
        foreach (int place in (int[])[8 + 40, bytes.Length / 2, bytes.Length - 1])
        {
            byte[] altered = [.. bytes];
            altered[place] ^= 1;
            using MemoryStream stream = new(altered);
            Assert.ThrowsExactly<InvalidDataException>(
                () => TrainedMixture.Load(new MLContext(), stream, PretrainedEncoder.RobertaMini), $"byte {place} of {bytes.Length}");
        }
    }

    [TestMethod]
    public void Files_of_version_3_have_no_hash_and_those_of_version_4_need_one()
    {
        using MemoryStream third = Changed(
            manifest => manifest.Replace("\"Version\":6", "\"Version\":3", StringComparison.Ordinal), (_, _) => { });
        using TrainedMixture loaded = TrainedMixture.Load(new MLContext(), third, PretrainedEncoder.RobertaMini);
        AssertSame(_mixture.Merge(), loaded.Merge(), 0);

        using MemoryStream fourth = Changed(manifest => manifest, (_, _) => { });
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidDataException>(
                () => TrainedMixture.Load(new MLContext(), fourth, PretrainedEncoder.RobertaMini)).Message,
            MixtureFile.HashKey, StringComparison.Ordinal);
    }

    [TestMethod]
    public void Weights_that_do_not_fit_are_refused()
    {
        foreach (double[] weights in (double[][])[
            [1, 1], [0, 0, 0], [1, -1, 1], [1, double.NaN, 1], [1, double.PositiveInfinity, 1], [0, 0, -1e-300]])
        {
            Assert.ThrowsExactly<ArgumentException>(() => _mixture.Merge(weights));
        }

        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _mixture.Expert(3));
        Assert.ThrowsExactly<ArgumentException>(() => _mixture.RandomRoutes(ExpertRouting.Fixed, 1));
    }

    // The file with another manifest, its hash in order.
    private static MemoryStream Changed(Func<string, string> change) => Changed(change, (metadata, tensors) =>
    {
        using MemoryStream hashed = new();
        SafetensorsWriter.Write(hashed, tensors, metadata);
        metadata.Add(MixtureFile.HashKey, Convert.ToHexString(SHA256.HashData(hashed.ToArray())));
    });

    private static MemoryStream Changed(
        Func<string, string> change, Action<Dictionary<string, string>, KeyValuePair<string, HostTensor>[]> addHash)
    {
        using MemoryStream saved = new();
        _mixture.Save(saved);
        SafetensorsFile file = SafetensorsFile.Open(ByteRegion.From(saved.ToArray()), "saved");
        KeyValuePair<string, HostTensor>[] tensors =
            [.. file.Tensors.Keys.Select(tensor => KeyValuePair.Create(tensor, file.Read(tensor)))];
        Dictionary<string, string> metadata = new(StringComparer.Ordinal) { ["adamix"] = change(file.Metadata["adamix"]) };
        addHash(metadata, tensors);
        MemoryStream stream = new();
        SafetensorsWriter.Write(stream, tensors, metadata);
        stream.Position = 0;
        return stream;
    }

    private static IDataView Rows4(string file, int count) =>
        Ml.Data.LoadFromEnumerable(Rows.Topics(file, count, "animal", "food", "person", "location"));

    private static float[][] Logits(AdaMixTransformer model) =>
        [.. model.Transform(_test).GetColumn<float[]>("Score").Select(scores => Array.ConvertAll(scores, MathF.Log))];

    private static void AssertSame(AdaMixTransformer expected, AdaMixTransformer actual, double tolerance) =>
        AssertSame(Logits(expected), Logits(actual), tolerance);

    private static void AssertSame(float[][] expected, float[][] actual, double tolerance)
    {
        for (int row = 0; row < expected.Length; row++)
        {
            Golden.AssertClose(expected[row], actual[row], tolerance, FormattableString.Invariant($"row {row}"));
        }
    }

    private static void AssertDiffer(AdaMixTransformer first, AdaMixTransformer second) =>
        Assert.IsTrue(Logits(first).Zip(Logits(second), (a, b) => !a.AsSpan().SequenceEqual(b)).Any(differ => differ));
}
