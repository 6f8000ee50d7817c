using System.Text.Json;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>The small models that the reference numbers were computed with.</summary>
internal static class ReferenceModels
{
    /// <summary>Encoder and head as they are, without edits.</summary>
    public static TunedModel Plain(string family)
    {
        LoadedEncoder encoder = Read(Reference.Golden(family));
        GoldenTensors file = new(Reference.Golden(family, "model.safetensors"));
        (string dense, string output) = family == "bert"
            ? ("bert.pooler.dense", "classifier")
            : ("classifier.dense", "classifier.out_proj");
        HeadWeights head = new(
            file.Tensor($"{dense}.weight"), file.Tensor($"{dense}.bias"), file.Tensor($"{output}.weight"), file.Tensor($"{output}.bias"));
        return new TunedModel(encoder, EncoderEdits.None, head, new TextInput(encoder.Config.MaxSequenceLength, SpecialTokensInText: true));
    }

    public static TokenIds[] Rows(string family) => new GoldenTensors(Reference.Golden(family, "base.safetensors")).Rows();

    public static (float[] Logits, float[] Embeddings) Score(TunedModel model, TokenIds[] rows)
    {
        using IModelSession session = ModelSessions.Open(model);
        float[] logits = new float[rows.Length * session.Outputs];
        float[] embeddings = new float[rows.Length * session.EmbeddingSize];
        session.Score(rows, logits, embeddings);
        return (logits, embeddings);
    }

    /// <summary>A Hugging Face folder with float32 or float16 weights in one safetensors file.</summary>
    public static LoadedEncoder Read(string folder)
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "config.json")));
        int Integer(string name) => json.RootElement.GetProperty(name).GetInt32();
        string type = json.RootElement.GetProperty("model_type").GetString()!;
        EncoderConfig config = new()
        {
            Family = type == "bert" ? EncoderFamily.Bert : EncoderFamily.Roberta,
            VocabularySize = Integer("vocab_size"),
            HiddenSize = Integer("hidden_size"),
            Layers = Integer("num_hidden_layers"),
            Heads = Integer("num_attention_heads"),
            IntermediateSize = Integer("intermediate_size"),
            MaxPositions = Integer("max_position_embeddings"),
            TokenTypes = Integer("type_vocab_size"),
            PadTokenId = Integer("pad_token_id"),
            LayerNormEpsilon = json.RootElement.GetProperty("layer_norm_eps").GetDouble(),
            HiddenActivation = Activation.Gelu,
        };
        GoldenTensors file = new(Path.Combine(folder, "model.safetensors"));
        Dictionary<string, HostTensor> weights = new(StringComparer.Ordinal);
        foreach ((string name, _) in EncoderTensors.Required(config))
        {
            weights.Add(name, file.Tensor(file.Names.Contains($"{type}.{name}", StringComparer.Ordinal) ? $"{type}.{name}" : name));
        }

        return new LoadedEncoder(folder, config, weights, TestModels.NoTokenizer);
    }
}
