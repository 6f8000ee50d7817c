using System.Numerics.Tensors;
using System.Text.Json.Serialization;

namespace Microsoft.ML.AdaMix.Models;

/// <summary>
/// The classification head: <c>out(activation(dense(h)))</c>. What is <c>dense</c>, <c>out</c> and the activation in Hugging Face says the
/// encoder's family.
/// </summary>
/// <remarks>
/// With a norm, <c>out(norm(activation(dense(h))))</c>, it is ModernBERT's head, or a masked-LM head on a template's masks, M of them.
/// </remarks>
/// <param name="DenseWeight">[hidden, hidden].</param>
/// <param name="DenseBias">[hidden].</param>
/// <param name="OutputWeight">[outputs, hidden], or [outputs, M hidden].</param>
/// <param name="OutputBias">[outputs].</param>
internal sealed record HeadWeights(HostTensor DenseWeight, HostTensor DenseBias, HostTensor OutputWeight, HostTensor OutputBias)
{
    /// <summary>The LayerNorm of a masked-LM head and of ModernBERT's; of others null.</summary>
    public HeadNorm? Norm { get; init; }

    public int Outputs => OutputWeight.Shape[0];

    /// <summary>Whether a head has a norm: one on a template's masks always, others where the family has it.</summary>
    public static bool HasNorm(EncoderConfig config, TextTemplate? template) =>
        template is not null || config.Definition.Head(config).Norm is not null;

    /// <summary>A head of zeros that fits an encoder.</summary>
    public static HeadWeights Zeros(EncoderConfig config, int outputs)
    {
        int hidden = config.HiddenSize;
        static HostTensor Of(params int[] shape) => HostTensor.Create(shape, StorageType.Float32, memory => memory.Span.Clear());
        return new HeadWeights(Of(hidden, hidden), Of(hidden), Of(outputs, hidden), Of(outputs))
        {
            Norm = HasNorm(config, null) ? new HeadNorm(Of(hidden), Of(hidden)) : null,
        };
    }

    /// <summary>The head whose outputs are those of this one, divided by a number.</summary>
    public HeadWeights DividedBy(float divisor) => this with
    {
        OutputWeight = Divided(OutputWeight, divisor),
        OutputBias = Divided(OutputBias, divisor),
    };

    private static HostTensor Divided(HostTensor tensor, float divisor)
    {
        float[] values = tensor.Values.ToArray();
        TensorPrimitives.Divide(values, divisor, values);
        return HostTensor.From(tensor.Shape, values);
    }
}

/// <summary>The LayerNorm of a head.</summary>
/// <param name="Weight">[hidden].</param>
/// <param name="Bias">[hidden].</param>
internal sealed record HeadNorm(HostTensor Weight, HostTensor Bias)
{
    /// <summary>The activation before a masked-LM head's: of RoBERTa always GELU, of others the encoder's own.</summary>
    public static Activation ActivationOf(EncoderConfig config) =>
        config.Definition.LanguageHead?.IsGelu == true ? Activation.Gelu : config.HiddenActivation;
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
/// <param name="MaxLength">Longest sequence in tokens, special tokens included; longer text is truncated, or read in windows.</param>
/// <param name="SpecialTokensInText">
/// True: special-token strings in user text become special tokens, as in Hugging Face; false: they are plain text.
/// </param>
internal sealed record TextInput(int MaxLength, bool SpecialTokensInText)
{
    /// <summary>What the text stands in; null where it is read as it is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TextTemplate? Template { get; init; }

    /// <summary>How longer texts are read; null where they are cut.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TextWindows? Windows { get; init; }
}
