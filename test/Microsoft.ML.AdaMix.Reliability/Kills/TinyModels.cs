using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.ML.AdaMix.Edits;
using Microsoft.ML.AdaMix.Encoders;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Reliability.Kills;

/// <summary>Random models that are made in no time, each with a number of its own, on one encoder.</summary>
internal static class TinyModels
{
    private const int Hidden = 32;
    private const int Classes = 3;
    private static readonly LoadedEncoder Encoder = CreateEncoder();

    public static AdaMixTransformer Create(int number)
    {
        Random random = new(number + 1);
        EncoderEdits edits =
        [
            .. Enumerable.Range(0, Encoder.Config.Layers).Select(layer => new AdapterEdit(
                EncoderTensors.Layer(layer) + "output", AdapterInput.Output,
                Tensor(random, 8, Hidden), Tensor(random, 8), Tensor(random, Hidden, 8), Tensor(random, Hidden), Activation.Gelu)),
        ];
        HeadWeights head = new(
            Tensor(random, Hidden, Hidden), Tensor(random, Hidden), Tensor(random, Classes, Hidden), Tensor(random, Classes));
        TunedModel tuned = new(Encoder, edits, head, new TextInput(Encoder.Config.MaxSequenceLength, SpecialTokensInText: true));
        return new AdaMixTransformer(new MLContext(), new ServedModel(
            tuned, TextTask.Multiclass, LabelKeys.Restore(Classes, "text", ["animal", "food", "person"]),
            new ScoringColumns("Text", null, "PredictedLabel", "Score", "Probability", null, null)));
    }

    /// <summary>Writes the encoder as Hugging Face publishes encoders.</summary>
    public static void WriteEncoder(string folder)
    {
        Directory.CreateDirectory(folder);
        EncoderConfig config = Encoder.Config;
        File.WriteAllText(Path.Combine(folder, "config.json"), JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["model_type"] = "roberta",
            ["vocab_size"] = config.VocabularySize,
            ["hidden_size"] = config.HiddenSize,
            ["num_hidden_layers"] = config.Layers,
            ["num_attention_heads"] = config.Heads,
            ["intermediate_size"] = config.IntermediateSize,
            ["max_position_embeddings"] = config.MaxPositions,
            ["type_vocab_size"] = config.TokenTypes,
            ["pad_token_id"] = config.PadTokenId,
            ["layer_norm_eps"] = config.LayerNormEpsilon,
            ["hidden_act"] = "gelu",
            ["hidden_dropout_prob"] = 0.1,
            ["attention_probs_dropout_prob"] = 0.1,
        }));
        using (FileStream weights = File.Create(Path.Combine(folder, "model.safetensors")))
        {
            EncoderIdentity.WriteWeights(weights, Encoder);
        }

        foreach ((string name, byte[] content) in Encoder.Tokenizer.Contents)
        {
            File.WriteAllBytes(Path.Combine(folder, name), content);
        }
    }

    private static LoadedEncoder CreateEncoder()
    {
        EncoderConfig config = new()
        {
            Family = EncoderFamily.Roberta,
            VocabularySize = 261,
            HiddenSize = Hidden,
            Layers = 2,
            Heads = 4,
            IntermediateSize = 64,
            MaxPositions = 40,
            TokenTypes = 1,
            PadTokenId = 1,
            LayerNormEpsilon = 1e-5,
            HiddenActivation = Activation.Gelu,
        };
        Random random = new(0);
        return new LoadedEncoder("tiny", config, EncoderTensors.Required(config).ToDictionary(
            tensor => tensor.Name, tensor => Tensor(random, tensor.Shape)), ByteTokenizer());
    }

    private static HostTensor Tensor(Random random, params int[] shape) => HostTensor.From(
        shape, [.. Enumerable.Range(0, shape.Aggregate(1, (all, size) => all * size)).Select(_ => (random.NextSingle() - 0.5f) * 0.4f)]);

    // Its tokens are single bytes.
    private static TokenizerFiles ByteTokenizer()
    {
        Dictionary<string, int> ids = new(StringComparer.Ordinal) { ["<s>"] = 0, ["<pad>"] = 1, ["</s>"] = 2, ["<unk>"] = 3 };
        int hidden = 0;
        for (int value = 0; value < 256; value++)
        {
            // GPT-2 writes a byte as itself where that is printable, otherwise as a character from 256 on.
            bool printable = value is (>= 33 and <= 126) or (>= 161 and <= 172) or >= 174;
            ids.Add(((char)(printable ? value : 256 + hidden++)).ToString(CultureInfo.InvariantCulture), ids.Count);
        }

        ids.Add("<mask>", ids.Count);
        return new TokenizerFiles("bytes", new Dictionary<string, byte[]>(StringComparer.Ordinal)
        {
            ["vocab.json"] = JsonSerializer.SerializeToUtf8Bytes(ids),
            ["merges.txt"] = Encoding.UTF8.GetBytes("#version: 0.2\n"),
        });
    }
}
