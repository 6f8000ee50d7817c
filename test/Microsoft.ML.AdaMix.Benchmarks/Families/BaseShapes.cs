using System.Text;
using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Benchmarks.Families;

/// <summary>
/// The families in the shapes of their published base models, with random weights and roberta-mini's tokenizer and vocabulary.
/// </summary>
internal static class BaseShapes
{
    private static readonly JsonObject Bert = Parse("""
        { "hidden_size": 768, "num_hidden_layers": 12, "num_attention_heads": 12, "intermediate_size": 3072, "hidden_act": "gelu",
          "hidden_dropout_prob": 0.1, "attention_probs_dropout_prob": 0.1, "initializer_range": 0.02, "layer_norm_eps": 1e-12,
          "max_position_embeddings": 512, "type_vocab_size": 2, "pad_token_id": 1 }
        """);

    /// <summary>Names, and what a configuration has otherwise than BERT's.</summary>
    public static readonly IReadOnlyList<(string Name, string Config)> All =
    [
        ("roberta-base", """{ "model_type": "roberta", "max_position_embeddings": 514, "type_vocab_size": 1 }"""),
        ("bert-base", """{ "model_type": "bert" }"""),
        ("distilbert-base", """
            { "model_type": "distilbert", "dim": 768, "n_layers": 6, "n_heads": 12, "hidden_dim": 3072, "activation": "gelu",
              "dropout": 0.1, "attention_dropout": 0.1 }
            """),
        ("electra-base", """{ "model_type": "electra", "embedding_size": 768 }"""),
        ("mpnet-base", """{ "model_type": "mpnet", "max_position_embeddings": 514, "relative_attention_num_buckets": 32 }"""),
        ("albert-base", """{ "model_type": "albert", "embedding_size": 128, "num_hidden_groups": 1, "inner_group_num": 1 }"""),
        ("deberta-v3-base", """
            { "model_type": "deberta-v2", "type_vocab_size": 0, "relative_attention": true, "position_buckets": 256,
              "norm_rel_ebd": "layer_norm", "share_att_key": true, "pos_att_type": ["p2c", "c2p"], "position_biased_input": false,
              "max_relative_positions": -1 }
            """),
        ("modernbert-base", """
            { "model_type": "modernbert", "num_hidden_layers": 22, "intermediate_size": 1152, "max_position_embeddings": 8192,
              "hidden_activation": "gelu", "local_attention": 128, "global_attn_every_n_layers": 3, "global_rope_theta": 160000.0,
              "local_rope_theta": 10000.0, "norm_eps": 1e-5, "classifier_pooling": "mean" }
            """),
    ];

    public static LoadedEncoder Create(string name, string config)
    {
        JsonObject all = (JsonObject)Bert.DeepClone();
        all["vocab_size"] = Encoders.Mini().Config.VocabularySize;
        foreach ((string key, JsonNode? value) in Parse(config))
        {
            all[key] = value?.DeepClone();
        }

        return Encoders.Random(name, EncoderConfigReader.Read(Utf8(all), name));
    }

    private static byte[] Utf8(JsonObject json) => Encoding.UTF8.GetBytes(json.ToJsonString());

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();
}
