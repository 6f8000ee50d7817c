using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.OptionDescriptions;

namespace Microsoft.ML.AdaMix.Tests.Options;

[TestClass]
public sealed class OptionsJsonTests
{
    private static readonly AdaMixOptions Unusual = new()
    {
        SecondTextColumnName = "Text2",
        LogitsColumnName = "Logits",
        Encoder = PretrainedEncoder.FromFolder("/models/roberta base"),
        Method = new LoraTuning { Rank = 16, Alpha = 0.1 + 0.2, RankStabilized = true, Matrices = EncoderMatrices.All, Layers = 2..^1 },
        Mixture = new MixtureOptions
        {
            Experts = 3,
            Sharing = ExpertSharing.Both,
            Routing = ExpertRouting.AllLayers,
            ConsistencyRampUp = 0.25,
        },
        Epochs = 7,
        MicroBatchSize = 4,
        GradientCheckpointing = true,
        LearningRate = 1.0 / 3,
        Epsilon = 1e-8,
        MaxGradientNorm = double.PositiveInfinity,
        FrozenDropout = false,
        ClassWeights = ClassWeights.From(new Dictionary<string, double> { ["spam"] = 5, ["Spam"] = 0.5 }),
        ValidationFraction = 0.1,
        EarlyStoppingPatience = 3,
        Seed = -4,
        Device = TrainingDevice.Card(1),
        LibTorchFolder = "/opt/torch/lib",
        Precision = TrainingPrecision.BFloat16,
        ServingPrecision = ServingPrecision.Int8,
    };

    private static IEnumerable<object?[]> Settings =>
    [
        [null],
        [new JsonSerializerOptions(JsonSerializerDefaults.Web) { WriteIndented = true }],
        [
            new JsonSerializerOptions(JsonSerializerDefaults.Strict)
            {
                PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseUpper,
                DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
            },
        ],
    ];

    [TestMethod]
    [DynamicData(nameof(Settings))]
    public void Options_survive_JSON_whatever_the_serializers_settings(JsonSerializerOptions? settings)
    {
        foreach (AdaMixOptions options in (AdaMixOptions[])[new(), Unusual])
        {
            AdaMixOptions read = JsonSerializer.Deserialize<AdaMixOptions>(JsonSerializer.Serialize(options, settings), settings)!;
            Assert.AreEqual(options.Encoder.Name, read.Encoder.Name);
            Assert.AreEqual(options, read with { Encoder = options.Encoder }); // an encoder is the same only as itself
        }
    }

    [TestMethod]
    public void The_unusual_options_differ_from_the_default_where_it_matters()
    {
        AdaMixOptions own = new();
        IEnumerable<OptionDescription> all = OptionDescription.For(typeof(AdaMixOptions));
        string[] same = [.. all.Where(option => Equals(option.Get(own), option.Get(Unusual))).Select(option => option.Name)];
        Assert.DoesNotContain(name => name is "Method" or "Mixture" or "Encoder" or "ClassWeights" or "Seed" or "Precision", same);
    }

    [TestMethod]
    public void Every_method_survives_JSON_with_every_option_changed()
    {
        foreach (TuningMethod method in TuningMethods.All)
        {
            TuningMethod changed = method with { };
            foreach (OptionDescription option in OptionDescription.For(method.GetType()).Where(option => !option.ToldByName))
            {
                option.Set(changed, Another(option, option.Get(method)));
            }

            TuningMethod read = JsonSerializer.Deserialize<TuningMethod>(JsonSerializer.Serialize(changed))!;
            Assert.AreEqual(changed, read);
            Assert.AreEqual(method.Name, read.Name);
            Assert.AreEqual(method, JsonSerializer.Deserialize<TuningMethod>($"\"{method.Name.ToUpperInvariant()}\""));
        }
    }

    [TestMethod]
    public void A_method_has_its_name_and_its_own_options_in_camel_case() => Assert.AreEqual(
        """{"name":"houlsby","bottleneck":16,"activation":null,"scale":null,"layers":"6..^0"}""",
        JsonSerializer.Serialize<TuningMethod>(new AdapterTuning { Placement = AdapterPlacement.Houlsby, Layers = 6.. }));

    [TestMethod]
    public void Names_are_read_without_regard_to_case_and_words_as_C_sharp_or_the_command_line_has_them()
    {
        AdaMixOptions options = JsonSerializer.Deserialize<AdaMixOptions>(
            """
            {
              "EPOCHS": 3,
              "method": { "rank": 16, "Name": "LoRA", "matrices": "Query, attention-output" },
              "mixture": { "routing": "all-layers", "sharing": "BOTH" },
              "encoder": "roberta-mini", "classWeights": "Balanced", "precision": "bfloat16"
            }
            """)!;
        Assert.AreEqual(3, options.Epochs);
        Assert.AreEqual(new LoraTuning { Rank = 16, Matrices = EncoderMatrices.Query | EncoderMatrices.AttentionOutput }, options.Method);
        Assert.AreEqual(new MixtureOptions { Routing = ExpertRouting.AllLayers, Sharing = ExpertSharing.Both }, options.Mixture);
        Assert.AreSame(PretrainedEncoder.RobertaMini, options.Encoder);
        Assert.AreSame(ClassWeights.Balanced, options.ClassWeights);
        Assert.AreEqual(TrainingPrecision.BFloat16, options.Precision);
        Assert.AreEqual(new LoraTuning(), JsonSerializer.Deserialize<AdaMixOptions>("""{ "method": "lora" }""")!.Method);
        Assert.AreEqual(new AdaMixOptions(), JsonSerializer.Deserialize<AdaMixOptions>("{}"));
    }

    [TestMethod]
    [DataRow("""{ "epoch": 3 }""", "epoch is not an option; expected textColumnName, ")]
    [DataRow("""{ "epochs": 3, "Epochs": 4 }""", "Epochs stands twice; expected it once.")]
    [DataRow("""{ "batchSize": "3" }""", "batchSize is \"3\"; expected a whole number, 1 to 4096.")]
    [DataRow("""{ "batchSize": 2.5 }""", "batchSize is 2.5; expected a whole number, 1 to 4096.")]
    [DataRow("""{ "batchSize": null }""", "batchSize is null; expected a whole number, 1 to 4096.")]
    [DataRow("""{ "learningRate": true }""", "learningRate is true; expected a number, more than 0 and at most 1, or null.")]
    [DataRow("""{ "seed": "x" }""", "seed is \"x\"; expected a whole number, or null.")]
    [DataRow("""{ "frozenDropout": 1 }""", "frozenDropout is 1; expected true or false.")]
    [DataRow("""{ "textColumnName": 1 }""", "textColumnName is 1; expected a column name.")]
    [DataRow("""{ "device": "gpu" }""", "device is \"gpu\"; expected auto, cpu, cuda, or a card by its number such as cuda:1.")]
    [DataRow("""{ "device": "cuda:-1" }""", "device is \"cuda:-1\"; expected auto, cpu, cuda, or a card ")]
    [DataRow("""{ "device": null }""", "device is null; expected auto, cpu, cuda, or a card ")]
    [DataRow("""{ "libTorchFolder": 1 }""", "libTorchFolder is 1; expected the lib folder of an installed PyTorch or ")]
    [DataRow("""{ "device": 1 }""", "device is 1; expected auto, cpu, cuda, or a card ")]
    [DataRow("""{ "method": "loraa" }""", "method is \"loraa\"; expected adapter, houlsby, ")]
    [DataRow("""{ "method": null }""", "method is null; expected the name of a method (adapter, ")]
    [DataRow("""{ "method": { "rank": 3 } }""", "method has no name; expected adapter, ")]
    [DataRow("""{ "method": { "name": "lora", "bottleneck": 3 } }""", "method.bottleneck is not an option; expected name, rank, alpha, ")]
    [DataRow("""{ "method": { "name": "lora", "rank": [3] } }""", "method.rank is a list; expected a whole number, 1 to 1024.")]
    [DataRow("""{ "method": { "name": "lora", "matrices": "" } }""", "method.matrices is \"\"; expected at least one of Query, Key, ")]
    [DataRow(
        """{ "method": { "name": "prefix", "reparameterization": "lstm" } }""",
        "method.reparameterization is \"lstm\"; expected None or Mlp.")]
    [DataRow("""{ "method": { "name": "lora", "layers": "6-12" } }""", "method.layers is \"6-12\"; expected a range such as 6..12")]
    [DataRow("""{ "mixture": 4 }""", "mixture is 4; expected an object.")]
    [DataRow("""{ "mixture": { "consistency": 4 } }""", "mixture.consistency is not an option; expected experts, sharing, ")]
    [DataRow("""{ "classWeights": "some" }""", "classWeights is \"some\"; expected none, balanced, or an object with a weight a class.")]
    [DataRow("""{ "classWeights": { "spam": -1 } }""", "classWeights.spam is -1; expected a number, 0 or more.")]
    [DataRow("""{ "classWeights": { "spam": 1, "spam": 2 } }""", "classWeights.spam stands twice; expected it once.")]
    [DataRow("""{ "encoder": "" }""", "encoder is \"\"; expected roberta-mini, the path of a folder, or hub:OWNER/NAME.")]
    [DataRow("""{ "encoder": "hub:a/b/c" }""", "encoder is \"hub:a/b/c\"; expected roberta-mini, the path of a folder, or hub:OWNER/NAME.")]
    [DataRow("""[]""", "The value is a list; expected an object.")]
    public void What_cannot_be_read_is_named_with_its_place_and_what_was_expected(string json, string expected)
    {
        JsonException error = Assert.ThrowsExactly<JsonException>(() => JsonSerializer.Deserialize<AdaMixOptions>(json));
        Assert.StartsWith(expected, error.Message);
    }

    [TestMethod]
    [DataRow("""{ "mixture": { "experts": 2 } }""", null)]
    [DataRow("""{ "mixture": { "consistencyWeight": null } }""", null)]
    [DataRow("""{ "mixture": { "consistencyWeight": 0 } }""", 0.0)]
    public void A_consistency_that_is_absent_or_null_is_left_to_the_rows(string json, double? weight)
    {
        AdaMixOptions options = JsonSerializer.Deserialize<AdaMixOptions>(json)!;
        Assert.AreEqual(weight, options.Mixture!.ConsistencyWeight);
        Assert.AreEqual(options, JsonSerializer.Deserialize<AdaMixOptions>(JsonSerializer.Serialize(options)));
    }

    [TestMethod]
    public void An_encoder_of_the_hub_is_read_and_written_by_its_name_and_not_fetched()
    {
        const string Json = """{"encoder":"hub:owner/name@main"}""";
        AdaMixOptions options = JsonSerializer.Deserialize<AdaMixOptions>(Json)!;
        Assert.AreEqual("hub:owner/name@main", options.Encoder.Name);
        StringAssert.Contains(JsonSerializer.Serialize(options), "\"hub:owner/name@main\"", StringComparison.Ordinal);

        PretrainedEncoder folder = PretrainedEncoder.FromFolder("hub:owner");
        string written = JsonSerializer.Serialize(new AdaMixOptions { Encoder = folder });
        Assert.AreEqual(Path.Combine(".", "hub:owner"), JsonSerializer.Deserialize<AdaMixOptions>(written)!.Encoder.Name);
    }

    [TestMethod]
    public void Options_inside_of_another_document_are_read_too()
    {
        Document document = JsonSerializer.Deserialize<Document>("""{ "Training": { "epochs": 2 }, "Method": "ia3" }""")!;
        Assert.AreEqual(2, document.Training.Epochs);
        Assert.AreEqual(new Ia3Tuning(), document.Method);
        JsonException error = Assert.ThrowsExactly<JsonException>(
            () => JsonSerializer.Deserialize<Document>("""{ "Training": { "epoch": 2 } }"""));
        Assert.AreEqual("$.Training", error.Path);
    }

    // A value that the option may have and that is not the one given.
    private static object Another(OptionDescription option, object? value) => option.Type switch
    {
        var type when type == typeof(int) => (int)option.Range!.Min + 2,
        var type when type == typeof(double) => option.Range!.HasMax ? option.Range.Max / 4 : 0.75,
        var type when type == typeof(bool) => !(bool)value!,
        var type when type == typeof(Range) => 1..^2,
        _ => option.Values.First(other => !other.Equals(value)),
    };

    private sealed record Document(AdaMixOptions Training, TuningMethod Method);

    [TestMethod]
    public void A_method_of_its_own_type_is_written_and_read_as_within_options_and_another_name_is_refused()
    {
        foreach (TuningMethod method in (TuningMethod[])[new LoraTuning { Rank = 3, Layers = 1..2 }, new AdapterTuning
        {
            Placement = AdapterPlacement.Houlsby,
        }])
        {
            string json = JsonSerializer.Serialize(method, method.GetType());
            Assert.AreEqual(JsonSerializer.Serialize(method), json);
            Assert.AreEqual(method, JsonSerializer.Deserialize(json, method.GetType()));
        }

        JsonException error = Assert.ThrowsExactly<JsonException>(
            () => JsonSerializer.Deserialize<LoraTuning>("""{ "name": "adapter", "bottleneck": 4 }"""));
        Assert.Contains("expected a LoraTuning", error.Message);
    }

    [TestMethod]
    [DataRow("""{ "method": { "name": "adapter", "placement": "parallel" } }""", "method.placement is not an option")]
    [DataRow("""{ "weightDecay": "NaN" }""", "weightDecay is \"NaN\"; expected a number")]
    public void What_a_name_says_already_and_what_is_no_number_are_refused(string json, string message) =>
        Assert.Contains(message, Assert.ThrowsExactly<JsonException>(() => JsonSerializer.Deserialize<AdaMixOptions>(json)).Message);

    [TestMethod]
    public void A_range_of_layers_that_is_empty_whatever_the_encoder_is_refused_with_the_other_problems()
    {
        ArgumentException error = Assert.ThrowsExactly<ArgumentException>(() => new MLContext().MulticlassClassification.Trainers.AdaMix(
            new AdaMixOptions { Method = new LoraTuning { Rank = 0, Layers = 5..5 } }));
        Assert.Contains("Method.Rank is 0", error.Message);
        Assert.Contains("Method.Layers is 5..5; expected a range such as 6..12", error.Message);
    }

    [TestMethod]
    public void A_folder_called_roberta_mini_does_not_become_the_embedded_encoder()
    {
        string json = JsonSerializer.Serialize(new AdaMixOptions { Encoder = PretrainedEncoder.FromFolder("roberta-mini") });

        PretrainedEncoder read = JsonSerializer.Deserialize<AdaMixOptions>(json)!.Encoder;

        Assert.AreNotSame(PretrainedEncoder.RobertaMini, read);
        Assert.AreEqual(Path.GetFullPath("roberta-mini"), Path.GetFullPath(read.Name));
    }
}
