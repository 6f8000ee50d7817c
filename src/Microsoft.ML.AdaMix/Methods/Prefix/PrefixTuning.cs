using System.Text.Json.Serialization;
using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.Methods.Prefix;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.OptionDescriptions;

namespace Microsoft.ML.AdaMix;

/// <summary>
/// Prefix tuning (Li and Liang 2021; P-tuning v2, Liu et al. 2022): in every layer all tokens attend to some trained keys and values beside
/// the text's own.
/// </summary>
/// <remarks>
/// They are trained directly, from N(0, 0.02), or by a network that produces them (<see cref="Reparameterization"/>). As in Hugging Face
/// the text's positions begin behind the prefix, which therefore counts towards the encoder's longest sequence.
/// </remarks>
[JsonConverter(typeof(OptionConverter<PrefixTuning, TuningMethodFormat>))]
public sealed record PrefixTuning : TuningMethod
{
    /// <summary>Number of keys and values a layer, 1 to 256. Default 20.</summary>
    [Option("tokens", "Number of virtual tokens.", Min = 1, Max = 256, Unit = "tokens")]
    public int Tokens { get; init; } = 20;

    /// <summary>
    /// Whether a network produces keys and values while training: <see cref="Reparameterization.None"/>, the default, or
    /// <see cref="Reparameterization.Mlp"/>.
    /// </summary>
    /// <remarks>
    /// Its embeddings start as N(0, 1), its weights uniform within ±1/√in, its biases at 0; the learning rates are those of adapters.
    /// </remarks>
    [Option(
        "reparameterization", "The network that the virtual tokens come from while training.",
        Values = [Reparameterization.None, Reparameterization.Mlp])]
    public Reparameterization Reparameterization { get; init; }

    /// <summary>Width of that network, 1 to 4096. Null, the default, is the encoder's hidden size.</summary>
    /// <remarks>Has no meaning without one.</remarks>
    [Option(
        "reparameterization-size", "Width of that network.", Min = 1, Max = 4096, WhenNull = "the encoder's hidden size",
        IdleBeside = nameof(Reparameterization), IdleAt = Reparameterization.None)]
    public int? ReparameterizationSize { get; init; }

    /// <summary>Which layers have them, for example <c>6..12</c>. Default all.</summary>
    [Option("layers", "Which layers are tuned, the last one left out: 6..12 is the upper half of twelve.")]
    public Range Layers { get; init; } = Range.All;

    /// <inheritdoc/>
    public override string Name => "prefix";

    internal override int PromptTokens => Tokens;

    internal override double LearningRate(EncoderConfig encoder, int experts) => Reparameterization != Reparameterization.None
        ? base.LearningRate(encoder, experts)
        : encoder.HiddenSize <= LargestSmallEncoder ? 1e-2 : 5e-3;

    internal override ITuningModule Create(MethodContext context) => new PrefixModule(this, context);
}
