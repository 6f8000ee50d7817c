using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Edits;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Exchange.Peft;

/// <summary>Prompt tuning and p-tuning of peft: the embeddings that a network gave are what is saved.</summary>
/// <param name="name"><c>PROMPT_TUNING</c> or <c>P_TUNING</c>.</param>
internal sealed class PeftPrompt(string name) : ForeignMethod
{
    public const string Tensor = "prompt_embeddings";
    public const string Tokens = "num_virtual_tokens";

    public override string Name => name;

    public override EncoderEdits Read(MethodReading reading)
    {
        reading.Config.Passes(
            "prompt_tuning_init", "prompt_tuning_init_text", "tokenizer_name_or_path", "tokenizer_kwargs",
            "encoder_reparameterization_type", "encoder_hidden_size", "encoder_num_layers", "encoder_dropout");
        PassShape(reading.Config);
        return [new PromptEdit(reading.Tensors.Take(
            Tensor, reading.Config.Size(Tokens) ?? throw reading.Config.Refuse(Tokens, "a number", "The file is damaged"),
            reading.Encoder.Config.EmbeddingWidth))];
    }

    public override bool Fits(EncoderEdits edits) => edits is [PromptEdit] && name == "PROMPT_TUNING";

    public override MethodWriting Write(EncoderEdits edits, ModuleNames names, EncoderConfig encoder)
    {
        HostTensor embeddings = ((PromptEdit)edits[0]).Embeddings;
        JsonObject config = WriteShape(encoder, embeddings.Shape[0]);
        config["token_dim"] = encoder.EmbeddingWidth;
        config["prompt_tuning_init"] = "RANDOM";
        config["prompt_tuning_init_text"] = null;
        config["tokenizer_name_or_path"] = null;
        return new MethodWriting(config, [KeyValuePair.Create(Tensor, embeddings)]);
    }

    /// <summary>What peft says of the encoder; the tensors' shapes are compared with the encoder itself.</summary>
    public static void PassShape(ForeignConfig config)
    {
        config.Passes("token_dim", "num_attention_heads", "num_layers", "inference_mode");
        if ((config.Size("num_transformer_submodules") ?? 1) != 1)
        {
            throw config.Refuse("num_transformer_submodules", "1", "Encoders with a decoder are not read");
        }
    }

    public static JsonObject WriteShape(EncoderConfig encoder, int tokens) => new()
    {
        ["num_attention_heads"] = encoder.Heads,
        ["num_layers"] = encoder.Layers,
        ["num_transformer_submodules"] = 1,
        [Tokens] = tokens,
        ["token_dim"] = encoder.HiddenSize,
    };
}
