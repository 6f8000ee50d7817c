using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.Methods.Prompt;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix;

/// <summary>
/// Prompt tuning (Lester et al. 2021), and with a network that produces the prompt p-tuning (Liu et al. 2021): trained embeddings stand before the text's own, with positions of their own; the head reads
/// the first of them. Without a network they start as embeddings of random tokens of the vocabulary. They count towards the encoder's longest sequence.
/// </summary>
public sealed class PromptTuning : TuningMethod
{
    /// <summary>Number of embeddings, 1 to 256. Default 20.</summary>
    public int Tokens { get; set; } = 20;

    /// <summary>
    /// Whether a network produces the prompt while training: <see cref="Reparameterization.None"/>, the default, <see cref="Reparameterization.Mlp"/> or
    /// <see cref="Reparameterization.Lstm"/>, with embeddings that start as N(0, 1) and the learning rates of adapters. Its weights are uniform within ±1/√in at first (the LSTM's ±1/√size), the biases
    /// of its linear layers 0.
    /// </summary>
    public Reparameterization Reparameterization { get; set; }

    /// <summary>Width of that network, 1 to 4096. Null, the default, is the encoder's hidden size. Has no meaning without one.</summary>
    public int? ReparameterizationSize { get; set; }

    /// <inheritdoc/>
    public override string Name => "prompt";

    internal override int PromptTokens => Tokens;

    internal override double LearningRate(EncoderConfig encoder, int experts) => Reparameterization != Reparameterization.None
        ? base.LearningRate(encoder, experts)
        : encoder.HiddenSize <= LargestSmallEncoder ? 1e-2 : 5e-3;

    internal override void Check(OptionProblems problems)
    {
        problems.Require(Tokens is >= 1 and <= 256, "Method.Tokens", Tokens, "1 to 256");
        problems.Require(Enum.IsDefined(Reparameterization), "Method.Reparameterization", Reparameterization, "None, Mlp or Lstm");
        problems.Require(ReparameterizationSize is null or (>= 1 and <= 4096), "Method.ReparameterizationSize", ReparameterizationSize, "1 to 4096, or null");
    }

    internal override ITuningModule Create(MethodContext context) => new PromptModule(this, context);
}
