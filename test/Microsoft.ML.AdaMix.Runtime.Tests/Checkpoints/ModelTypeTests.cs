using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Models.Families;
using Microsoft.ML.AdaMix.Onnx;

namespace Microsoft.ML.AdaMix.Runtime.Tests.Checkpoints;

/// <summary>Which family a folder holds.</summary>
[TestClass]
public sealed class ModelTypeTests
{
    private static readonly string[] Ambiguous = [nameof(EncoderFamily.Roberta), nameof(EncoderFamily.Bert)];

    private static IEnumerable<object[]> Types => EncoderFamilies.ModelTypes.Select(type => (object[])[type]);

    private static IEnumerable<object[]> Families => Enum.GetNames<EncoderFamily>().Select(family => (object[])[family]);

    [TestMethod]
    public void Each_family_is_found_by_its_value() => CollectionAssert.AreEqual(
        Enum.GetValues<EncoderFamily>(), Enum.GetValues<EncoderFamily>().Select(family => FamilyDefinition.Of(family).Family).ToArray());

    [TestMethod]
    [DynamicData(nameof(Families))]
    public void A_configuration_is_read_as_it_was_written(string family)
    {
        EncoderConfig config = TestModels.Config(Enum.Parse<EncoderFamily>(family)) with { HiddenDropout = 0.1, AttentionDropout = 0.2 };
        if (config.Family is EncoderFamily.DistilBert or EncoderFamily.Albert or EncoderFamily.ModernBert or EncoderFamily.DebertaV2)
        {
            config = config with { ClassifierDropout = 0.3 };
        }

        config = config.Family == EncoderFamily.DistilBert ? config with { LayerNormEpsilon = 1e-12 } : config;
        JsonObject json = config.Definition.WriteConfig(config);
        json["model_type"] = config.Definition.ModelTypes[0].ModelType;
        Assert.AreEqual(config, Read(json));
    }

    [TestMethod]
    [DynamicData(nameof(Types))]
    public void Without_model_type_the_architecture_tells(string type)
    {
        FamilyDefinition family = EncoderFamilies.Find(type)!;
        EncoderConfig config = TestModels.Config(family.Family) with { ModelType = type == family.ModelTypes[0].ModelType ? null : type };
        foreach (string end in (string[])["ForMaskedLM", "ForSequenceClassification", "Model"])
        {
            JsonObject json = family.WriteConfig(config);
            json["architectures"] = new JsonArray(family.ModelTypes.First(known => known.ModelType == type).Class + end);
            EncoderConfig read = Read(json);
            Assert.AreEqual(family.Family, read.Family);
            Assert.AreEqual(config.ModelType, read.ModelType);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Families))]
    public void Without_architecture_too_the_names_of_the_weights_tell(string name)
    {
        EncoderConfig config = TestModels.Config(Enum.Parse<EncoderFamily>(name));
        FamilyDefinition family = config.Definition;
        foreach (string prefix in (string[])[family.Prefixes[0], $"module.{family.Prefixes[0]}", string.Empty])
        {
            using TemporaryFolder folder = new();
            folder.Write("config.json", family.WriteConfig(config).ToJsonString());
            folder.Write("model.safetensors", EncoderFolder.Bytes(TestModels.Encoder(config).Weights
                .Select(weight => KeyValuePair.Create(prefix + family.StoredName(weight.Key), weight.Value))));
            if (prefix.Length == 0 && Ambiguous.Contains(name, StringComparer.Ordinal))
            {
                Assert.Contains("model_type",
                    Assert.ThrowsExactly<InvalidDataException>(() => HuggingFaceFolder.Load(folder.Path)).Message);
            }
            else
            {
                Assert.AreEqual(config.Family, HuggingFaceFolder.Load(folder.Path).Config.Family);
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(Families))]
    public void Names_of_checkpoints_and_own_names_are_each_other_s_way_back(string name)
    {
        EncoderConfig config = TestModels.Config(Enum.Parse<EncoderFamily>(name));
        foreach (string own in EncoderTensors.Required(config).Select(tensor => tensor.Name).Concat(EncoderTensors.Sublayers(config)))
        {
            Assert.AreEqual(own, config.Definition.OwnName(config.Definition.StoredName(own)));
        }
    }

    [TestMethod]
    [DataRow("deberta-v2", "conv_kernel_size", "3", "convolution")]
    [DataRow("deberta-v2", "share_att_key", "false", "share_att_key")]
    [DataRow("deberta-v2", "position_biased_input", "true", "position_biased_input")]
    [DataRow("deberta-v2", "pos_att_type", "[\"p2p\"]", "p2p")]
    [DataRow("deberta-v2", "relative_attention", "false", "relative_attention")]
    [DataRow("albert", "inner_group_num", "2", "inner_group_num")]
    [DataRow("mpnet", "relative_attention_num_buckets", "16", "32")]
    [DataRow("modernbert", "norm_bias", "true", "norm_bias")]
    [DataRow("modernbert", "classifier_pooling", "\"max\"", "classifier_pooling")]
    [DataRow("modernbert", "layer_types", "[\"full_attention\"]", "layer_types")]
    public void What_would_be_another_network_is_refused_by_name(string type, string key, string value, string named)
    {
        EncoderConfig config = TestModels.Config(EncoderFamilies.Find(type)!.Family);
        JsonObject json = config.Definition.WriteConfig(config);
        json["model_type"] = type;
        json[key] = JsonNode.Parse(value);
        Assert.Contains(named, Assert.ThrowsExactly<InvalidDataException>(() => Read(json)).Message);
    }

    [TestMethod]
    public void The_terms_of_DeBERTa_may_be_a_list_or_words_in_any_order()
    {
        EncoderConfig config = TestModels.Config(EncoderFamily.DebertaV2);
        foreach (string terms in (string[])["\"p2c|c2p\"", "\"c2p|p2c\"", "[\"c2p\", \"p2c\"]", "[\"p2c\", \"c2p\"]"])
        {
            JsonObject json = config.Definition.WriteConfig(config);
            json["model_type"] = "deberta-v2";
            json["pos_att_type"] = JsonNode.Parse(terms);
            Assert.AreEqual(3, Read(json).Disentangled!.Terms);
        }
    }

    private static EncoderConfig Read(JsonObject json) =>
        EncoderConfigReader.Read(System.Text.Encoding.UTF8.GetBytes(json.ToJsonString()), "config.json");
}
