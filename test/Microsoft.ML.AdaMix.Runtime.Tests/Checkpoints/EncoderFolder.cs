using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Onnx;

namespace Microsoft.ML.AdaMix.Runtime.Tests.Checkpoints;

/// <summary>Small encoders in memory and as folders, with what a test changes about them.</summary>
internal static class EncoderFolder
{
    public static string ConfigJson(EncoderFamily family)
    {
        EncoderConfig config = TestModels.Config(family);
        return $$"""
            {"model_type": "{{(family == EncoderFamily.Roberta ? "roberta" : "bert")}}",
             "vocab_size": {{config.VocabularySize}}, "hidden_size": {{config.HiddenSize}},
             "num_hidden_layers": {{config.Layers}}, "num_attention_heads": {{config.Heads}},
             "intermediate_size": {{config.IntermediateSize}},
             "max_position_embeddings": {{config.MaxPositions}}, "type_vocab_size": {{config.TokenTypes}},
             "pad_token_id": {{config.PadTokenId}},
             "layer_norm_eps": 1e-5, "hidden_dropout_prob": 0, "attention_probs_dropout_prob": 0}
            """;
    }

    /// <summary>The tensors of a random encoder, to be changed.</summary>
    public static Dictionary<string, HostTensor> Weights(EncoderFamily family) =>
        new(TestModels.Encoder(family).Weights, StringComparer.Ordinal);

    /// <summary>Reads an encoder of these tensors as if they lay in a file.</summary>
    public static LoadedEncoder Read(EncoderFamily family, IEnumerable<KeyValuePair<string, HostTensor>> weights) =>
        EncoderReader.Read("folder", TestModels.Config(family), SafetensorsBytes.Open(Bytes(weights)),
            new TokenizerFiles("folder", new Dictionary<string, byte[]>()));

    public static byte[] Bytes(IEnumerable<KeyValuePair<string, HostTensor>> weights) =>
        SafetensorsBytes.Of([.. weights.Select(weight => (weight.Key, weight.Value))]);
}
