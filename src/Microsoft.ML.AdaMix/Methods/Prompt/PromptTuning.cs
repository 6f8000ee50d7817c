using System.Text.Json.Serialization;
using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.Methods.Prompt;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.OptionDescriptions;

namespace Microsoft.ML.AdaMix;

/// <summary>
/// Prompt tuning (Lester et al. 2021), and with a network that produces the prompt p-tuning (Liu et al. 2021): trained embeddings stand
/// before the text's own, with positions of their own, and the head reads the first of them.
/// </summary>
/// <remarks>
/// Without a network they start as embeddings of random tokens of the vocabulary. They count towards the encoder's longest sequence.
/// </remarks>
[JsonConverter(typeof(OptionConverter<PromptTuning, TuningMethodFormat>))]
public sealed record PromptTuning : TuningMethod
{
    /// <summary>Number of embeddings, 1 to 256. Default 20.</summary>
    [Option("tokens", "Number of virtual tokens.", Min = 1, Max = 256, Unit = "tokens")]
    public int Tokens { get; init; } = 20;

    /// <summary>
    /// Whether a network produces the prompt while training: <see cref="Reparameterization.None"/>, the default,
    /// <see cref="Reparameterization.Mlp"/> or <see cref="Reparameterization.Lstm"/>.
    /// </summary>
    /// <remarks>
    /// Its embeddings start as N(0, 1), its weights uniform within ±1/√in (the LSTM's ±1/√size), the biases of its linear layers at 0; the
    /// learning rates are those of adapters.
    /// </remarks>
    [Option("reparameterization", "The network that the virtual tokens come from while training.")]
    public Reparameterization Reparameterization { get; init; }

    /// <summary>Width of that network, 1 to 4096. Null, the default, is the encoder's hidden size.</summary>
    /// <remarks>Has no meaning without one.</remarks>
    [Option(
        "reparameterization-size", "Width of that network.", Min = 1, Max = 4096, WhenNull = "the encoder's hidden size",
        IdleBeside = nameof(Reparameterization), IdleAt = Reparameterization.None)]
    public int? ReparameterizationSize { get; init; }

    /// <inheritdoc/>
    public override string Name => "prompt";

    internal override int PromptTokens => Tokens;

    internal override double LearningRate(EncoderConfig encoder, int experts) => Reparameterization != Reparameterization.None
        ? base.LearningRate(encoder, experts)
        : encoder.HiddenSize <= LargestSmallEncoder ? 1e-2 : 5e-3;

    internal override bool ChangesEmbeddings => true;

    internal override ITuningModule Create(MethodContext context) => new PromptModule(this, context);
}
