using System.Text;
using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Runtime.Tests.Checkpoints;

[TestClass]
public sealed class EncoderConfigReaderTests
{
    private const string Minimal =
        """
        {"model_type": "bert", "vocab_size": 100, "hidden_size": 12, "num_hidden_layers": 2, "num_attention_heads": 3,
         "intermediate_size": 24}
        """;

    [TestMethod]
    public void A_default_that_does_not_fit_what_is_said_is_refused() => Assert.Contains(
        "PadTokenId = 1", Assert.ThrowsExactly<InvalidDataException>(
            () => Read(With("model_type", "\"roberta\"").Replace("100", "1", StringComparison.Ordinal))).Message);

    [TestMethod]
    public void What_says_nothing_of_the_encoder_takes_no_memory()
    {
        byte[] json = Encoding.UTF8.GetBytes(
            $"{{\"id2label\":[{string.Join(',', Enumerable.Repeat("[]", 500_000))}],{Minimal.TrimStart()[1..]}");
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.AreEqual(100, EncoderConfigReader.Read(json, "config.json").VocabularySize);
        Assert.IsLessThan(100_000, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    public void A_value_of_megabytes_does_not_stand_in_the_message() => Assert.IsLessThan(
        1000, Assert.ThrowsExactly<InvalidDataException>(
            () => Read(With("vocab_size", $"\"{new string('9', 1_000_000)}\""))).Message.Length);

    [TestMethod]
    public void What_is_left_out_has_the_defaults_of_Hugging_Face()
    {
        EncoderConfig bert = Read(Minimal);
        EncoderConfig expected = new()
        {
            Family = EncoderFamily.Bert,
            VocabularySize = 100,
            HiddenSize = 12,
            Layers = 2,
            Heads = 3,
            IntermediateSize = 24,
            MaxPositions = 512,
            TokenTypes = 2,
            PadTokenId = 0,
            LayerNormEpsilon = 1e-12,
            HiddenActivation = Activation.Gelu,
            HiddenDropout = 0.1,
            AttentionDropout = 0.1,
            ClassifierDropout = null,
            InitializerRange = 0.02,
        };
        Assert.AreEqual(expected, bert);
        Assert.AreEqual(expected with { Family = EncoderFamily.Roberta, PadTokenId = 1 }, Read(With("model_type", "\"roberta\"")));
    }

    [TestMethod]
    public void Everything_that_a_config_json_states_is_read()
    {
        EncoderConfig config = Read("""
            {"model_type": "roberta", "vocab_size": 50, "hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2,
             "intermediate_size": 9,
             "max_position_embeddings": 30, "type_vocab_size": 1, "pad_token_id": 3, "layer_norm_eps": 1e-05, "hidden_act": "relu",
             "hidden_dropout_prob": 0.2,
             "attention_probs_dropout_prob": 0, "classifier_dropout": 0.3, "initializer_range": 0.01, "position_embedding_type": "absolute",
             "is_decoder": false, "other": {}, }
            """);
        Assert.AreEqual((30, 1, 3, 1e-5, Activation.Relu),
            (config.MaxPositions, config.TokenTypes, config.PadTokenId, config.LayerNormEpsilon, config.HiddenActivation));
        Assert.AreEqual((0.2, 0.0, (double?)0.3, 0.01),
            (config.HiddenDropout, config.AttentionDropout, config.ClassifierDropout, config.InitializerRange));
        Assert.AreEqual((26, 4), (config.MaxSequenceLength, config.HeadSize));
    }

    [TestMethod]
    [DataRow("gelu", "Gelu")]
    [DataRow("gelu_python", "Gelu")]
    [DataRow("gelu_new", "GeluTanh")]
    [DataRow("gelu_fast", "GeluTanh")]
    [DataRow("gelu_pytorch_tanh", "GeluTanh")]
    [DataRow("gelu_python_tanh", "GeluTanh")]
    [DataRow("gelu_accurate", "GeluTanh")]
    [DataRow("gelu_10", "Gelu10")]
    [DataRow("quick_gelu", "QuickGelu")]
    [DataRow("relu", "Relu")]
    [DataRow("relu2", "Relu2")]
    [DataRow("relu6", "Relu6")]
    [DataRow("leaky_relu", "LeakyRelu")]
    [DataRow("silu", "Silu")]
    [DataRow("swish", "Silu")]
    [DataRow("mish", "Mish")]
    [DataRow("laplace", "Laplace")]
    [DataRow("sigmoid", "Sigmoid")]
    [DataRow("tanh", "Tanh")]
    [DataRow("linear", "Linear")]
    public void Every_hidden_act_has_its_activation(string name, string expected) =>
        Assert.AreEqual(Enum.Parse<Activation>(expected), Read(With("hidden_act", $"\"{name}\"")).HiddenActivation);

    [TestMethod]
    public void An_unknown_hidden_act_is_refused_with_the_list() =>
        AssertRefused(With("hidden_act", "\"snake\""), "hidden_act 'snake'", "gelu_pytorch_tanh", "linear");

    [TestMethod]
    [DataRow("deberta")]
    [DataRow("xlm-roberta-xl")]
    [DataRow("t5")]
    [DataRow("")]
    public void Another_model_type_is_refused(string type) =>
        AssertRefused(With("model_type", $"\"{type}\""), $"model_type '{type}'", "'roberta'", "'bert'");

    [TestMethod]
    [DataRow("vocab_size")]
    [DataRow("hidden_size")]
    [DataRow("num_hidden_layers")]
    [DataRow("num_attention_heads")]
    [DataRow("intermediate_size")]
    public void A_missing_size_is_named(string key) => AssertRefused(Without(key), key, "(missing)", "whole number");

    [TestMethod]
    public void A_missing_model_type_is_named() => AssertRefused(Without("model_type"), "no model_type", "'bert'");

    [TestMethod]
    [DataRow("vocab_size", "0")]
    [DataRow("vocab_size", "100000000")]
    [DataRow("hidden_size", "-12")]
    [DataRow("hidden_size", "12.5")]
    [DataRow("hidden_size", "\"12\"")]
    [DataRow("hidden_size", "99999999999")]
    [DataRow("num_hidden_layers", "0")]
    [DataRow("num_hidden_layers", "100000")]
    [DataRow("num_attention_heads", "0")]
    [DataRow("intermediate_size", "2000000000")]
    [DataRow("max_position_embeddings", "0")]
    [DataRow("max_position_embeddings", "2000000000")]
    [DataRow("type_vocab_size", "0")]
    [DataRow("pad_token_id", "-1")]
    [DataRow("pad_token_id", "100")]
    [DataRow("layer_norm_eps", "-1")]
    [DataRow("layer_norm_eps", "2")]
    [DataRow("layer_norm_eps", "1e999")]
    [DataRow("hidden_dropout_prob", "1")]
    [DataRow("attention_probs_dropout_prob", "-0.1")]
    [DataRow("classifier_dropout", "1.5")]
    [DataRow("initializer_range", "-1")]
    [DataRow("hidden_act", "3")]
    [DataRow("hidden_act", "{}")]
    [DataRow("model_type", "true")]
    public void A_value_of_another_kind_or_out_of_range_is_named_with_what_is_expected(string key, string value) =>
        AssertRefused(With(key, value), $"{key} = {value}", "is expected");

    [TestMethod]
    [DataRow("num_attention_heads", "5", "multiple")]
    [DataRow("position_embedding_type", "\"relative_key\"", "position_embedding_type")]
    [DataRow("is_decoder", "true", "decoder")]
    [DataRow("add_cross_attention", "true", "decoder")]
    [DataRow("max_position_embeddings", "2", "no room")]
    public void What_is_not_supported_is_refused(string key, string value, string named) => AssertRefused(With(key, value), named);

    [TestMethod]
    [DataRow("")]
    [DataRow("{")]
    [DataRow("nonsense")]
    public void What_is_not_JSON_is_refused(string json) => AssertRefused(json, "JSON");

    [TestMethod]
    [DataRow("[]")]
    [DataRow("null")]
    [DataRow("1")]
    public void What_is_no_object_is_refused(string json) => AssertRefused(json, "model_type");

    [TestMethod]
    public void What_is_not_Unicode_is_refused()
    {
        AssertRefused("""{"model_type": "\ud800"}""", "Unicode");
        byte[] latin = Encoding.Latin1.GetBytes("""{"model_type": "é"}""");
        Assert.Contains("folder/config.json",
            Assert.ThrowsExactly<InvalidDataException>(() => EncoderConfigReader.Read(latin, "folder/config.json")).Message);
    }

    private static EncoderConfig Read(string json) => EncoderConfigReader.Read(Encoding.UTF8.GetBytes(json), "folder/config.json");

    private static string With(string key, string value)
    {
        JsonObject json = JsonNode.Parse(Minimal)!.AsObject();
        json[key] = "VALUE";
        return json.ToJsonString().Replace("\"VALUE\"", value, StringComparison.Ordinal);
    }

    private static string Without(string key)
    {
        JsonObject json = JsonNode.Parse(Minimal)!.AsObject();
        Assert.IsTrue(json.Remove(key));
        return json.ToJsonString();
    }

    private static void AssertRefused(string json, params string[] named)
    {
        InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(() => Read(json));
        foreach (string part in (string[])["folder/config.json", .. named])
        {
            Assert.Contains(part, error.Message);
        }
    }
}
