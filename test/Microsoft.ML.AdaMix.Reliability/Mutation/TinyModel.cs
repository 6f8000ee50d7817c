using System.Text;
using System.Text.Json;
using Microsoft.ML.AdaMix.Edits;
using Microsoft.ML.AdaMix.Encoders;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Reliability.Mutation;

/// <summary>The smallest encoder and model of which files can be made; always the same.</summary>
internal static class TinyModel
{
    public static readonly string[] Tokens = ["<s>", "<pad>", "</s>", "<unk>", "<mask>", "a", "b", "c", "\u0120", "ab", "\u0120a"];

    public static readonly EncoderConfig Config = new()
    {
        Family = EncoderFamily.Roberta,
        VocabularySize = Tokens.Length,
        HiddenSize = 4,
        Layers = 1,
        Heads = 2,
        IntermediateSize = 4,
        MaxPositions = 12,
        TokenTypes = 1,
        PadTokenId = 1,
        LayerNormEpsilon = 1e-5,
        HiddenActivation = Activation.Gelu,
        HiddenDropout = 0.1,
        AttentionDropout = 0.1,
    };

    public static TokenizerFiles Tokenizer { get; } = new("tiny", new Dictionary<string, byte[]>(StringComparer.Ordinal)
    {
        ["vocab.json"] = JsonSerializer.SerializeToUtf8Bytes(
            Tokens.Index().ToDictionary(token => token.Item, token => token.Index, StringComparer.Ordinal)),
        ["merges.txt"] = Encoding.UTF8.GetBytes("#version: 0.2\na b\n\u0120 a\n"),
    });

    public static LoadedEncoder Encoder { get; } = MakeEncoder();

    public static ServedModel Model { get; } = MakeModel();

    public static byte[] ConfigJson { get; } = Encoding.UTF8.GetBytes(
        """
        {"architectures":["RobertaModel"],"model_type":"roberta","vocab_size":11,"hidden_size":4,"num_hidden_layers":1,
        "num_attention_heads":2,"intermediate_size":4,"max_position_embeddings":12,"type_vocab_size":1,"pad_token_id":1,
        "layer_norm_eps":1e-05,"hidden_act":"gelu","hidden_dropout_prob":0.1,"attention_probs_dropout_prob":0.1,
        "classifier_dropout":null,"initializer_range":0.02,"position_embedding_type":"absolute","is_decoder":false,
        "id2label":{"0":"a","1":"b"}}
        """);

    /// <summary>The weights as a safetensors file.</summary>
    public static byte[] Weights()
    {
        using MemoryStream stream = new();
        EncoderIdentity.WriteWeights(stream, Encoder);
        return stream.ToArray();
    }

    /// <summary>A folder as Hugging Face publishes encoders.</summary>
    public static void WriteFolder(string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, "config.json"), ConfigJson);
        File.WriteAllBytes(Path.Combine(folder, "model.safetensors"), Weights());
        foreach ((string name, byte[] content) in Tokenizer.Contents)
        {
            File.WriteAllBytes(Path.Combine(folder, name), content);
        }
    }

    private static LoadedEncoder MakeEncoder()
    {
        Dice dice = new(1, 0, 0);
        return new LoadedEncoder("tiny", Config,
            EncoderTensors.Required(Config).ToDictionary(tensor => tensor.Name, tensor => Random(dice, tensor.Shape)), Tokenizer);
    }

    private static ServedModel MakeModel()
    {
        Dice dice = new(2, 0, 0);
        int hidden = Config.HiddenSize;
        HeadWeights head = new(Random(dice, hidden, hidden), Random(dice, hidden), Random(dice, 3, hidden), Random(dice, 3));
        EncoderEdits edits =
        [
            new AdapterEdit("encoder.layer.0.output", AdapterInput.Output,
                Random(dice, 2, hidden), Random(dice, 2), Random(dice, hidden, 2), Random(dice, hidden), Activation.Gelu),
            new LowRankEdit("encoder.layer.0.attention.self.query", Random(dice, 1, hidden), Random(dice, hidden, 1), 2),
        ];
        ScoringColumns columns = new("Text", null, "PredictedLabel", "Score", "Probability", null, null);
        return new ServedModel(
            new TunedModel(Encoder, edits, head, new TextInput(10, SpecialTokensInText: false)), TextTask.Multiclass,
            LabelKeys.Restore(3, "text", ["animal", "food", "person"]), columns);
    }

    private static HostTensor Random(Dice dice, params int[] shape) => HostTensor.Create(shape, StorageType.Float32, memory =>
    {
        foreach (ref float value in memory.Span)
        {
            value = (dice.Next(1000) - 500) / 1000f;
        }
    });
}
