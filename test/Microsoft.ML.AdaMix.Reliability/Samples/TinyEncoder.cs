using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.ML.AdaMix.Encoders;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Reliability.Samples;

/// <summary>An encoder of random weights and a few kilobytes, in the form in which Hugging Face publishes encoders.</summary>
internal static class TinyEncoder
{
    /// <summary>Writes it into a folder, which is made if it is not there.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="family">Its kind; the tokenizer's tokens are bytes (RoBERTa) or letters (BERT).</param>
    /// <param name="seed">Of its weights.</param>
    /// <returns>What says that it lies there.</returns>
    public static PretrainedEncoder Write(string folder, EncoderFamily family = EncoderFamily.Roberta, int seed = 1)
    {
        LoadedEncoder encoder = Create(family, seed);
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "config.json"), ConfigJson(encoder.Config));
        using (FileStream weights = File.Create(Path.Combine(folder, "model.safetensors")))
        {
            EncoderIdentity.WriteWeights(weights, encoder);
        }

        foreach ((string name, byte[] content) in encoder.Tokenizer.Contents)
        {
            File.WriteAllBytes(Path.Combine(folder, name), content);
        }

        return PretrainedEncoder.FromFolder(folder);
    }

    /// <summary>Makes it in memory.</summary>
    /// <inheritdoc cref="Write" path="/param"/>
    public static LoadedEncoder Create(EncoderFamily family = EncoderFamily.Roberta, int seed = 1)
    {
        EncoderConfig config = Config(family);
        Random random = new(seed);
        return new LoadedEncoder(
            "tiny", config,
            EncoderTensors.Required(config).ToDictionary(
                tensor => tensor.Name, tensor => Random(random, tensor.Shape), StringComparer.Ordinal),
            new TokenizerFiles("tiny", family == EncoderFamily.Bert ? Letters() : Bytes()));
    }

    private static EncoderConfig Config(EncoderFamily family) => new()
    {
        Family = family,
        VocabularySize = family == EncoderFamily.Bert ? 64 : 261,
        HiddenSize = 16,
        Layers = 2,
        Heads = 4,
        IntermediateSize = 24,
        MaxPositions = 40,
        TokenTypes = family == EncoderFamily.Bert ? 2 : 1,
        PadTokenId = family == EncoderFamily.Bert ? 0 : 1,
        LayerNormEpsilon = 1e-5,
        HiddenActivation = Activation.Gelu,
    };

    private static string ConfigJson(EncoderConfig config) => JsonSerializer.Serialize(new Dictionary<string, object>
    {
        ["model_type"] = config.Family == EncoderFamily.Roberta ? "roberta" : "bert",
        ["vocab_size"] = config.VocabularySize,
        ["hidden_size"] = config.HiddenSize,
        ["num_hidden_layers"] = config.Layers,
        ["num_attention_heads"] = config.Heads,
        ["intermediate_size"] = config.IntermediateSize,
        ["max_position_embeddings"] = config.MaxPositions,
        ["type_vocab_size"] = config.TokenTypes,
        ["pad_token_id"] = config.PadTokenId,
        ["layer_norm_eps"] = config.LayerNormEpsilon,
    });

    private static HostTensor Random(Random random, int[] shape) => HostTensor.Create(shape, StorageType.Float32, values =>
    {
        foreach (ref float value in values.Span)
        {
            value = (random.NextSingle() - 0.5f) * 0.8f;
        }
    });

    private static Dictionary<string, byte[]> Bytes()
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
        return new Dictionary<string, byte[]>(StringComparer.Ordinal)
        {
            ["vocab.json"] = JsonSerializer.SerializeToUtf8Bytes(ids),
            ["merges.txt"] = Encoding.UTF8.GetBytes("#version: 0.2\n"),
        };
    }

    private static Dictionary<string, byte[]> Letters()
    {
        IEnumerable<string> letters = Enumerable.Range('a', 26).Select(letter => ((char)letter).ToString());
        string[] tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", .. letters, .. letters.Select(letter => "##" + letter)];
        return new Dictionary<string, byte[]>(StringComparer.Ordinal)
        {
            ["vocab.txt"] = Encoding.UTF8.GetBytes(string.Join('\n', tokens) + "\n"),
        };
    }
}
