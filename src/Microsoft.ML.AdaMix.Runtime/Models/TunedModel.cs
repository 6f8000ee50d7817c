using System.Text.Json.Serialization;

namespace Microsoft.ML.AdaMix.Models;

/// <summary>
/// The classification head on the first token: <c>out(tanh(dense(h)))</c>. For RoBERTa <c>dense</c> is <c>classifier.dense</c>
/// and <c>out</c> is <c>classifier.out_proj</c>; for BERT they are <c>pooler.dense</c> and <c>classifier</c>.
/// </summary>
/// <remarks>With a norm it is a masked-LM head on a template's masks, M of them: <c>out(norm(activation(dense(h))))</c>.</remarks>
/// <param name="DenseWeight">[hidden, hidden].</param>
/// <param name="DenseBias">[hidden].</param>
/// <param name="OutputWeight">[outputs, hidden], or [outputs, M hidden].</param>
/// <param name="OutputBias">[outputs].</param>
internal sealed record HeadWeights(HostTensor DenseWeight, HostTensor DenseBias, HostTensor OutputWeight, HostTensor OutputBias)
{
    /// <summary>Of a masked-LM head the LayerNorm; of a classification head null.</summary>
    public HeadNorm? Norm { get; init; }

    public int Outputs => OutputWeight.Shape[0];
}

/// <summary>The LayerNorm of a masked-LM head.</summary>
/// <param name="Weight">[hidden].</param>
/// <param name="Bias">[hidden].</param>
internal sealed record HeadNorm(HostTensor Weight, HostTensor Bias)
{
    /// <summary>The activation before it: of RoBERTa always GELU, of BERT the encoder's own.</summary>
    public static Activation ActivationOf(EncoderConfig config) =>
        config.Family == EncoderFamily.Roberta ? Activation.Gelu : config.HiddenActivation;
}

/// <summary>
/// What training hands to prediction: a frozen encoder, what was changed in it, and a head. Plain data, no native resource.
/// </summary>
/// <param name="Encoder">The pretrained encoder, shared by all models tuned on it in a process.</param>
/// <param name="Edits">What tuning changed.</param>
/// <param name="Head">The trained head.</param>
/// <param name="Input">How text becomes ids.</param>
internal sealed record TunedModel(
    LoadedEncoder Encoder,
    EncoderEdits Edits,
    HeadWeights Head,
    TextInput Input);

/// <summary>How a row's text is turned into token ids.</summary>
/// <param name="MaxLength">Longest sequence in tokens, special tokens included; longer text is truncated.</param>
/// <param name="SpecialTokensInText">
/// True: special-token strings in user text become special tokens, as in Hugging Face; false: they are plain text.
/// </param>
internal sealed record TextInput(int MaxLength, bool SpecialTokensInText)
{
    /// <summary>What the text stands in; null where it is read as it is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TextTemplate? Template { get; init; }
}
