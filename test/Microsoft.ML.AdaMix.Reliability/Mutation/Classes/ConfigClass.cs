using System.Text.Json;
using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Reliability.Mutation.Classes;

/// <summary>config.json: accepted ones have the numbers that another reader finds, within the documented limits.</summary>
internal sealed class ConfigClass : FileClass
{
    private readonly JsonTemplate _template = new(TinyModel.ConfigJson);

    public override byte[] Valid => TinyModel.ConfigJson;

    public override byte[] Mutate(Dice dice) => _template.Mutate(dice);

    public override string? Read(byte[] file)
    {
        EncoderConfig config = EncoderConfigReader.Read(file, "config.json");
        using JsonDocument document = JsonDocument.Parse(file, new JsonDocumentOptions { AllowTrailingCommas = true });
        JsonElement root = document.RootElement;
        return Differs(root, "vocab_size", config.VocabularySize) ?? Differs(root, "hidden_size", config.HiddenSize)
            ?? Differs(root, "num_hidden_layers", config.Layers) ?? Differs(root, "num_attention_heads", config.Heads)
            ?? Differs(root, "intermediate_size", config.IntermediateSize)
            ?? Differs(root, "max_position_embeddings", config.MaxPositions) ?? Differs(root, "type_vocab_size", config.TokenTypes)
            ?? Differs(root, "pad_token_id", config.PadTokenId) ?? Differs(root, "layer_norm_eps", config.LayerNormEpsilon)
            ?? Differs(root, "hidden_dropout_prob", config.HiddenDropout)
            ?? Differs(root, "attention_probs_dropout_prob", config.AttentionDropout)
            ?? Differs(root, "initializer_range", config.InitializerRange)
            ?? (EncoderConfigCheck.FindProblem(config) is { } problem ? $"it has {problem}" : null);
    }

    private static string? Differs(JsonElement root, string key, double read) =>
        root.TryGetProperty(key, out JsonElement value) && value.ValueKind != JsonValueKind.Null && value.GetDouble() != read
            ? $"{key} = {value.GetRawText()} is read as {read}"
            : null;
}
