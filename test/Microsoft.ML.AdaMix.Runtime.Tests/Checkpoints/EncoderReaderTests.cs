using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Models.Families;

namespace Microsoft.ML.AdaMix.Runtime.Tests.Checkpoints;

[TestClass]
public sealed class EncoderReaderTests
{
    private const string Query = "encoder.layer.1.attention.self.query.weight";

    [TestMethod]
    [DataRow("Roberta", "")]
    [DataRow("Roberta", "roberta.")]
    [DataRow("Bert", "")]
    [DataRow("Bert", "bert.")]
    public void Names_are_read_with_and_without_the_prefix_of_the_model(string name, string prefix)
    {
        EncoderFamily family = Enum.Parse<EncoderFamily>(name);
        Dictionary<string, HostTensor> weights = EncoderFolder.Weights(family);
        AssertSame(weights, EncoderFolder.Read(family, weights.Select(weight => KeyValuePair.Create(prefix + weight.Key, weight.Value))));
    }

    [TestMethod]
    public void Old_names_of_layer_normalisation_are_read()
    {
        Dictionary<string, HostTensor> weights = EncoderFolder.Weights(EncoderFamily.Bert);
        AssertSame(weights, EncoderFolder.Read(EncoderFamily.Bert, weights.Select(weight => KeyValuePair.Create(
            "bert." + weight.Key.Replace("LayerNorm.weight", "LayerNorm.gamma", StringComparison.Ordinal).Replace(
                "LayerNorm.bias", "LayerNorm.beta", StringComparison.Ordinal),
            weight.Value))));
    }

    [TestMethod]
    public void The_heads_of_a_masked_language_model_are_left_aside()
    {
        Dictionary<string, HostTensor> weights = EncoderFolder.Weights(EncoderFamily.Roberta);
        Dictionary<string, HostTensor> stored = weights.ToDictionary(weight => "roberta." + weight.Key, weight => weight.Value);
        stored["lm_head.bias"] = HostTensor.From([50], new float[50]);
        stored["lm_head.layer_norm.weight"] = HostTensor.From([16], new float[16]);
        stored["lm_head.decoder.weight"] = HostTensor.From([1], [float.NaN]);
        AssertSame(weights, EncoderFolder.Read(EncoderFamily.Roberta, stored));
    }

    [TestMethod]
    public void The_pooler_of_BERT_and_ALBERT_is_read_if_it_is_there_and_never_that_of_others()
    {
        foreach (EncoderFamily family in Enum.GetValues<EncoderFamily>())
        {
            Dictionary<string, HostTensor> weights = EncoderFolder.Weights(family);
            FamilyDefinition definition = FamilyDefinition.Of(family);
            weights[definition.StoredName(EncoderTensors.PoolerWeight)] = HostTensor.From([16, 16], new float[256]);
            Assert.IsFalse(
                EncoderFolder.Read(family, weights).Weights.ContainsKey(EncoderTensors.PoolerWeight), "a weight without its bias");
            weights[definition.StoredName(EncoderTensors.PoolerBias)] = HostTensor.From([16], new float[16]);
            Assert.AreEqual(
                family is EncoderFamily.Bert or EncoderFamily.Albert,
                EncoderFolder.Read(family, weights).Weights.ContainsKey(EncoderTensors.PoolerBias));
        }
    }

    [TestMethod]
    public void A_missing_tensor_is_named_with_its_shape_the_file_and_what_is_there()
    {
        Dictionary<string, HostTensor> weights = EncoderFolder.Weights(EncoderFamily.Roberta);
        weights.Remove(Query);
        AssertRefused(
            weights, Query, "[16, 16]", "'folder'", SafetensorsBytes.Name, $"{weights.Count} tensors", "RoBERTa encoder with 2 layers");
    }

    [TestMethod]
    public void A_checkpoint_without_tensors_is_refused() => AssertRefused([], "'folder'", "0 tensors");

    [TestMethod]
    public void A_wrong_shape_is_named_with_the_one_expected()
    {
        foreach (int[] shape in (int[][])[[16, 17], [16], [256], [1, 16, 16], []])
        {
            Dictionary<string, HostTensor> weights = EncoderFolder.Weights(EncoderFamily.Roberta);
            weights[Query] = HostTensor.From(shape, new float[shape.Aggregate(1, (a, b) => a * b)]);
            AssertRefused(weights, Query, SafetensorsBytes.Name, $"[{string.Join(", ", shape)}]", "[16, 16] is expected");
        }
    }

    [TestMethod]
    [DataRow(float.NaN, 0)]
    [DataRow(float.NaN, 131)]
    [DataRow(float.PositiveInfinity, 255)]
    [DataRow(float.NegativeInfinity, 7)]
    public void A_value_that_is_not_finite_is_named_with_its_index(float value, int index)
    {
        foreach (StorageType storage in Enum.GetValues<StorageType>())
        {
            Dictionary<string, HostTensor> weights = EncoderFolder.Weights(EncoderFamily.Roberta);
            float[] values = new float[256];
            values[index] = value;
            weights[Query] = HostTensor.From([16, 16], values) with { Storage = storage };
            AssertRefused(weights, Query, SafetensorsBytes.Name, $"holds {value} at index {index}", "finite");
        }
    }

    [TestMethod]
    public void A_tensor_under_two_names_is_refused_with_both()
    {
        Dictionary<string, HostTensor> weights = EncoderFolder.Weights(EncoderFamily.Roberta);
        weights["roberta." + Query] = weights[Query];
        AssertRefused(weights, $"'{Query}'", $"'roberta.{Query}'", "twice");
    }

    private static void AssertSame(Dictionary<string, HostTensor> expected, LoadedEncoder found)
    {
        CollectionAssert.AreEquivalent(expected.Keys, found.Weights.Keys.ToList());
        foreach ((string name, HostTensor tensor) in expected)
        {
            Assert.IsTrue(tensor.Values.Span.SequenceEqual(found[name].Values.Span), name);
        }
    }

    private static void AssertRefused(Dictionary<string, HostTensor> weights, params string[] named)
    {
        InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(() => EncoderFolder.Read(EncoderFamily.Roberta, weights));
        foreach (string part in named)
        {
            Assert.Contains(part, error.Message);
        }
    }
}
