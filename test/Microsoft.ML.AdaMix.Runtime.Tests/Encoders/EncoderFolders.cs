using System.Text.Json;
using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Runtime.Tests.ModelFiles;

/// <summary>Encoders of tests as Hugging Face folders.</summary>
internal static class EncoderFolders
{
    /// <summary>Writes one into the folder and gives what says that it lies there.</summary>
    public static PretrainedEncoder Write(TemporaryFolder folder, LoadedEncoder encoder)
    {
        EncoderConfig config = encoder.Config;
        folder.Write("config.json", JsonSerializer.Serialize(new Dictionary<string, object>
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
            ["hidden_dropout_prob"] = config.HiddenDropout,
            ["attention_probs_dropout_prob"] = config.AttentionDropout,
        }));
        using (FileStream stream = File.Create(Path.Combine(folder.Path, "model.safetensors")))
        {
            SafetensorsWriter.Write(stream, [.. encoder.Weights]);
        }

        foreach ((string name, byte[] content) in encoder.Tokenizer.Contents)
        {
            folder.Write(name, content);
        }

        return PretrainedEncoder.FromFolder(folder.Path);
    }
}
